package io.distributedlock.jdbc;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ServerVersionTests {

	@ParameterizedTest
	@CsvSource({ "9.7.4-2, 9.7.4", "8.0.19, 8.0.19", "8.4.3-commercial, 8.4.3", "11.4.5-MariaDB, 11.4.5",
			"5.5.5-10.6.18-MariaDB-log, 10.6.18", "5.5.5, 5.5.5", "5.5.5-log, 5.5.5", "8.1, 8.1.0",
			"unheard of, 0.0.0" })
	void isReadFromWhatTheServerSays(String text, String version) {
		assertThat(ServerVersion.of(text)).hasToString(version);
	}

	@ParameterizedTest
	@CsvSource({ "8.0.18, 8.0.19", "7.9.99, 8.0.0", "10.5.99, 10.6.0", "9.7.4, 10.6.0" })
	void isOrderedByNumbers(String older, String newer) {
		assertThat(ServerVersion.of(older).isBefore(ServerVersion.of(newer))).isTrue();
		assertThat(ServerVersion.of(newer).isBefore(ServerVersion.of(older))).isFalse();
		assertThat(ServerVersion.of(older).isBefore(ServerVersion.of(older))).isFalse();
	}

	@Test
	void anOldServerIsRefused() {
		assertThatExceptionOfType(UnsupportedDatabaseException.class)
			.isThrownBy(() -> MySqlDialect.of("8.0.18", "locks"))
			.withMessage("Provider jdbc needs MySQL 8.0.19 or newer, found 8.0.18");
		assertThatExceptionOfType(UnsupportedDatabaseException.class)
			.isThrownBy(() -> MariaDbDialect.checkVersion("5.5.5-10.5.27-MariaDB"))
			.withMessage("Provider jdbc needs MariaDB 10.6.0 or newer, found 5.5.5-10.5.27-MariaDB");
		assertThatCode(() -> MySqlDialect.of("8.0.19", "locks")).doesNotThrowAnyException();
		assertThatCode(() -> MariaDbDialect.checkVersion("10.6.0-MariaDB")).doesNotThrowAnyException();
	}

}
