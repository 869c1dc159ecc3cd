package io.distributedlock.autoconfigure.jdbc;

import java.time.Duration;
import java.util.Properties;

import com.zaxxer.hikari.HikariDataSource;
import org.apache.tomcat.jdbc.pool.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class PostgresCancelTimeoutTests {

	private static final String URL = "jdbc:postgresql://db/shop";

	@ParameterizedTest
	@CsvSource({ "jdbc:postgresql://db/shop, jdbc:postgresql://db/shop?cancelSignalTimeout=1",
			"jdbc:postgresql://db/shop?ssl=true, jdbc:postgresql://db/shop?ssl=true&cancelSignalTimeout=1",
			"jdbc:postgresql:shop, jdbc:postgresql:shop?cancelSignalTimeout=1" })
	void isAddedToTheUrl(String url, String bounded) {
		assertThat(PostgresCancelTimeout.addTo(url, new Properties())).isEqualTo(bounded);
	}

	@ParameterizedTest
	@ValueSource(strings = { "jdbc:postgresql://db/shop?cancelSignalTimeout=7",
			"jdbc:postgresql://db/shop?ssl=true&cancelSignalTimeout=7", "jdbc:mysql://db/shop", "jdbc:h2:mem:shop" })
	void isNotAddedToUrlsThatHaveOneOrAreOfOtherDatabases(String url) {
		assertThat(PostgresCancelTimeout.addTo(url, new Properties())).isEqualTo(url);
	}

	@Test
	void isNotAddedIfTheDriversPropertiesHaveOne() {
		Properties properties = new Properties();
		properties.setProperty("cancelSignalTimeout", "7");
		assertThat(PostgresCancelTimeout.addTo(URL, properties)).isEqualTo(URL);
	}

	@Test
	void isNotAddedWhereThereIsNoUrl() {
		assertThat(PostgresCancelTimeout.addTo(null, new Properties())).isNull();
	}

	@Test
	void theStoresPoolOfHikariHasIt() {
		try (HikariDataSource application = new HikariDataSource()) {
			application.setJdbcUrl(URL);
			try (HikariDataSource own = LockConnectionPool.like(application, 1, Duration.ofSeconds(2))) {
				assertThat(own.getJdbcUrl()).isEqualTo(URL + "?cancelSignalTimeout=1");
				assertThat(application.getJdbcUrl()).isEqualTo(URL);
			}
		}
	}

	@Test
	void theStoresPoolOfTomcatHasIt() {
		DataSource application = new DataSource();
		application.setUrl(URL);
		try (TomcatLockPool own = TomcatLockPool.like(application, 1, Duration.ofSeconds(2))) {
			assertThat(own.getUrl()).isEqualTo(URL + "?cancelSignalTimeout=1");
			assertThat(application.getUrl()).isEqualTo(URL);
		}
	}

}
