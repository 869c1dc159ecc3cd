package io.distributedlock.autoconfigure;

import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.UUID;

import javax.sql.DataSource;

import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.store.LockProvider;
import io.distributedlock.time.TimeSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mockito.Answers;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * What a person reads when the application does not start.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(120)
class StartupFailureTests {

	private static final String H2 = "--spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID();

	@Test
	void tellsWhatToAddIfThereIsNoProvider(CapturedOutput output) {
		start(WithoutDataSource.class);
		assertThat(output).containsSubsequence("APPLICATION FAILED TO START", "Description:",
				"There is no provider of distributed locks.", "Action:", "'jdbc' needs a DataSource",
				"'redis' needs a RedisConnectionFactory: spring-boot-starter-data-redis",
				"distributed-lock.provider=memory");
	}

	@Test
	void tellsWhatToWriteIfThereAreSeveralProviders(CapturedOutput output) {
		start(WithAnotherProvider.class, H2);
		assertThat(output).containsSubsequence("Description:",
				"There are several providers of distributed locks and none is chosen. Found: 'jdbc', 'own'.", "Action:",
				"    distributed-lock.provider=jdbc", "    distributed-lock.provider=own");
	}

	@Test
	void tellsWhichProvidersThereAreIfTheConfiguredOneIsUnknown(CapturedOutput output) {
		start(WithDataSource.class, H2, "--distributed-lock.provider=jdcb");
		assertThat(output).containsSubsequence("Description:",
				"The property distributed-lock.provider is 'jdcb', and there is no such provider. Found: 'jdbc', 'memory'.",
				"Action:", "    distributed-lock.provider=jdbc");
	}

	@Test
	void tellsHowToCreateAMissingTable(CapturedOutput output) {
		start(WithDataSource.class, H2, "--distributed-lock.jdbc.initialize-schema=never");
		assertThat(output).containsSubsequence("Description:",
				"Provider jdbc finds no table distributed_lock in jdbc:h2:mem:", "Action:",
				"classpath:io/distributedlock/jdbc/schema-h2.sql",
				"    distributed-lock.jdbc.initialize-schema=always");
	}

	@Test
	void tellsThatTheDatabaseIsDown(CapturedOutput output) throws Exception {
		int port;
		try (ServerSocket closed = new ServerSocket(0)) {
			port = closed.getLocalPort();
		}
		start(WithDataSource.class, "--spring.datasource.url=jdbc:h2:tcp://localhost:" + port + "/shop",
				"--distributed-lock.store-timeout=1s");
		assertThat(output).containsSubsequence("Description:", "The store of the distributed locks cannot be used:",
				"jdbc:h2:tcp://localhost:" + port + "/shop", "Action:", "Start the store, or correct its address");
	}

	@Test
	void tellsThatADatabaseIsNotSupported(CapturedOutput output) {
		start(WithUnknownDatabase.class);
		assertThat(output).containsSubsequence("Description:", "Provider jdbc does not support the database 'FoxPro'",
				"Action:", "distributed-lock.jdbc.data-source-bean-name");
	}

	@Test
	void tellsWhichDurationIsWrong(CapturedOutput output) {
		start(WithDataSource.class, H2, "--distributed-lock.ttl=-1s");
		assertThat(output).containsSubsequence("Description:",
				"Invalid value '-1s' for configuration property 'distributed-lock.ttl'",
				"It has to be between 1ms and 365d, for example 30s.");
	}

	@Test
	void tellsWhichTableNameIsWrong(CapturedOutput output) {
		start(WithDataSource.class, H2, "--distributed-lock.jdbc.table-name=my locks");
		assertThat(output).containsSubsequence("Description:",
				"Invalid value 'my locks' for configuration property 'distributed-lock.jdbc.table-name'",
				"use letters, digits and underscores");
	}

	@Test
	void tellsWhichTableNameIsWrongThatIsFirstUsedByTheStore(CapturedOutput output) {
		start(WithDataSource.class, H2, "--distributed-lock.jdbc.table-name=my locks",
				"--distributed-lock.jdbc.initialize-schema=never");
		assertThat(output).containsSubsequence("Description:",
				"Invalid value 'my locks' for configuration property 'distributed-lock.jdbc.table-name'");
	}

	@Test
	void tellsWhichAnnotationIsWrong(CapturedOutput output) {
		start(WithMistakenAnnotation.class, "--distributed-lock.provider=memory");
		assertThat(output).containsSubsequence("Description:", "@DistributedLock on ", "Mistaken", "capture", "#ordre",
				"Action:");
	}

	private static void start(Class<?> application, String... arguments) {
		assertThatException().isThrownBy(() -> new SpringApplicationBuilder(application).web(WebApplicationType.NONE)
			.properties("spring.flyway.enabled=false", "spring.liquibase.enabled=false",
					"spring.autoconfigure.exclude=" + DataRedisAutoConfiguration.class.getName())
			.run(arguments)
			.close());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(exclude = DataSourceAutoConfiguration.class)
	static class WithoutDataSource {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class WithDataSource {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class WithAnotherProvider {

		@Bean
		LockProvider ownLockProvider() {
			return new LockProvider("own", () -> new MemoryLockStore(TimeSource.system()));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class WithUnknownDatabase {

		@Bean
		DataSource dataSource() throws SQLException {
			DataSource dataSource = mock(Answers.RETURNS_DEEP_STUBS);
			Connection connection = dataSource.getConnection();
			DatabaseMetaData metaData = connection.getMetaData();
			given(metaData.getDatabaseProductName()).willReturn("FoxPro");
			given(metaData.getURL()).willReturn("jdbc:foxpro:shop");
			return dataSource;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(exclude = DataSourceAutoConfiguration.class)
	static class WithMistakenAnnotation {

		@Bean
		Mistaken mistaken() {
			return new Mistaken();
		}

	}

	static class Mistaken {

		@DistributedLock(key = "payment:#{#ordre}")
		public void capture(String order) {
		}

	}

}
