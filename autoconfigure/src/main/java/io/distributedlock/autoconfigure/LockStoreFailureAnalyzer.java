package io.distributedlock.autoconfigure;

import io.distributedlock.LockStoreException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

class LockStoreFailureAnalyzer extends AbstractFailureAnalyzer<LockStoreException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, LockStoreException cause) {
		if (findCause(cause, InvalidConfigurationPropertyValueException.class) != null) {
			return null;
		}
		return new FailureAnalysis("The store of the distributed locks cannot be used: " + cause.getMessage(),
				"Start the store, or correct its address, user and password in the application's configuration.",
				cause);
	}

}
