package io.distributedlock.autoconfigure.jdbc;

import io.distributedlock.jdbc.UnsupportedDatabaseException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

class UnsupportedDatabaseFailureAnalyzer extends AbstractFailureAnalyzer<UnsupportedDatabaseException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnsupportedDatabaseException cause) {
		return new FailureAnalysis(cause.getMessage(),
				"Name the DataSource of a supported database with distributed-lock.jdbc.data-source-bean-name, "
						+ "or choose another provider with distributed-lock.provider.",
				cause);
	}

}
