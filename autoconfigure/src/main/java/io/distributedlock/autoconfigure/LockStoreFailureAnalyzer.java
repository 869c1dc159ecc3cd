package io.distributedlock.autoconfigure;

import io.distributedlock.LockStoreException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.NestedExceptionUtils;

class LockStoreFailureAnalyzer extends AbstractFailureAnalyzer<LockStoreException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, LockStoreException cause) {
		if (findCause(cause, InvalidConfigurationPropertyValueException.class) != null) {
			return null;
		}
		return new FailureAnalysis(
				"The store of the distributed locks cannot be used: %s%s".formatted(cause.getMessage(), origin(cause)),
				"Start the store, or correct its address, user and password in the application's configuration, unless the description tells what else to do.",
				cause);
	}

	private static String origin(LockStoreException failure) {
		Throwable origin = NestedExceptionUtils.getMostSpecificCause(failure);
		boolean told = String.valueOf(failure.getMessage()).contains(String.valueOf(origin.getMessage()));
		return told ? "" : "%n%nCaused by: %s".formatted(origin);
	}

}
