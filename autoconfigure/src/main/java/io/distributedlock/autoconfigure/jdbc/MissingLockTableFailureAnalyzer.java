package io.distributedlock.autoconfigure.jdbc;

import io.distributedlock.jdbc.MissingLockTableException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

class MissingLockTableFailureAnalyzer extends AbstractFailureAnalyzer<MissingLockTableException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, MissingLockTableException cause) {
		String action = """
				Create the table with the script

				    classpath:%s

				for example in a migration of Flyway or Liquibase, or let the application create it:

				    distributed-lock.jdbc.initialize-schema=always

				If the table exists, check spring.datasource.url, distributed-lock.jdbc.table-name and \
				distributed-lock.jdbc.data-source-bean-name.""".formatted(cause.scriptLocation());
		return new FailureAnalysis(cause.getMessage(), action, cause);
	}

}
