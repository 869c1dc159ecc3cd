package io.distributedlock.autoconfigure.redis;

import io.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * What a person reads when the application does not start on Redis.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(120)
class RedisStartupFailureTests {

	@ParameterizedTest
	@ValueSource(strings = { "lettuce", "jedis" })
	void tellsThatTheServerIsDown(String client, CapturedOutput output) {
		int port = TestRedis.freePort();
		start("--spring.data.redis.client-type=" + client, "--spring.data.redis.port=" + port,
				"--distributed-lock.store-timeout=1s");
		assertThat(output).containsSubsequence("APPLICATION FAILED TO START", "Description:",
				"The store of the distributed locks cannot be used:", "Provider redis could not connect",
				"localhost:" + port, "Check that the server is up", "Action:",
				"Start the store, or correct its address");
	}

	@ParameterizedTest
	@ValueSource(strings = { "lettuce", "jedis" })
	void tellsThatThePasswordIsWrong(String client, CapturedOutput output) {
		try (TestRedis secured = new TestRedis("requirepass secret")) {
			start("--spring.data.redis.client-type=" + client, "--" + secured.property(),
					"--spring.data.redis.password=wrong");
		}
		assertThat(output).containsSubsequence("APPLICATION FAILED TO START", "Description:", "WRONGPASS",
				"Check user and password", "Action:", "correct its address, user and password");
	}

	private static void start(String... arguments) {
		assertThatException()
			.isThrownBy(() -> new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
				.run(arguments)
				.close());
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataRedisAutoConfiguration.class, RedisLockAutoConfiguration.class,
			DistributedLockAutoConfiguration.class })
	static class Application {

	}

}
