package io.distributedlock.autoconfigure;

import java.net.ConnectException;
import java.sql.SQLException;
import java.util.Objects;

import io.distributedlock.LockStoreException;
import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;

class LockStoreFailureAnalyzerTests {

	private final LockStoreFailureAnalyzer analyzer = new LockStoreFailureAnalyzer();

	@Test
	void tellsWhatTheStoresClientReported() {
		FailureAnalysis analysis = Objects
			.requireNonNull(this.analyzer.analyze(new IllegalStateException(new LockStoreException("no answer",
					new SQLException("pool is empty", new ConnectException("Connection refused"))))));
		assertThat(analysis.getDescription().lines()).containsExactly(
				"The store of the distributed locks cannot be used: no answer", "",
				"Caused by: java.net.ConnectException: Connection refused");
	}

	@Test
	void doesNotRepeatWhatTheMessageTells() {
		FailureAnalysis analysis = Objects.requireNonNull(this.analyzer
			.analyze(new LockStoreException("no answer: pool is empty", new SQLException("pool is empty"))));
		assertThat(analysis.getDescription())
			.isEqualTo("The store of the distributed locks cannot be used: no answer: pool is empty");
	}

	@Test
	void leavesWrongPropertiesToSpringBoot() {
		assertThat(this.analyzer.analyze(new LockStoreException("could not be opened",
				new InvalidConfigurationPropertyValueException("distributed-lock.ttl", "0", "too short"))))
			.isNull();
	}

}
