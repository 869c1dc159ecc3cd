package io.distributedlock.sample.payments.launcher;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.embedded.RedisServer;

import org.springframework.data.redis.connection.DataType;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(value = 3, unit = TimeUnit.MINUTES)
class RedisProfileTests {

	private static final int REQUESTS = 150;

	@Test
	void threeNodesLockInRedisWhenTheProfileSaysSo() throws IOException {
		int port = TestNodes.freePorts(1);
		RedisServer redis = RedisServer.newRedisServer().port(port).bind("127.0.0.1").setting("save \"\"").build();
		redis.start();
		Path folder = TestNodes.freshFolder("redis");
		ThreeNodes sample = new ThreeNodes(
				TestNodes.program(folder, "--spring.profiles.active=redis", "--spring.data.redis.port=" + port),
				TestNodes.freePorts(3), new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
		try (Cluster cluster = sample.start()) {

			Summary summary = sample.replay(cluster, TestNodes.firstRequests(REQUESTS));

			assertThat(summary.replay().failed()).isZero();
			assertThat(summary.database().captures()).isEqualTo(summary.replay().captured()).isPositive();
			assertThat(summary.database().capturedTwice()).isZero();
			assertThat(summary.contendedByNode().values()).anyMatch((contended) -> contended > 0);
			assertThatEachCaptureLeftAHash(port, summary.replay().captured());
			JdbcClient database = TestNodes.database(folder);
			assertThat(database.sql("select lock_key from distributed_lock").query(String.class).list()).isEmpty();
		}
		finally {
			redis.stop();
		}
	}

	private static void assertThatEachCaptureLeftAHash(int port, int captures) {
		LettuceConnectionFactory factory = new LettuceConnectionFactory("127.0.0.1", port);
		factory.afterPropertiesSet();
		try {
			StringRedisTemplate template = new StringRedisTemplate(factory);
			Set<String> locks = template.keys("distributed-lock:payments:payment:*");
			assertThat(locks).hasSize(captures)
				.allSatisfy((name) -> assertThat(template.type(name)).isEqualTo(DataType.HASH));
		}
		finally {
			factory.destroy();
		}
	}

}
