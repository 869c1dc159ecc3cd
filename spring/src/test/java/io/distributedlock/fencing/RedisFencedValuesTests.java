package io.distributedlock.fencing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

import io.distributedlock.LockAttempt;
import io.distributedlock.LockListener;
import io.distributedlock.StaleFencingTokenException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.embedded.RedisServer;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * On a real Redis.
 */
@Timeout(60)
class RedisFencedValuesTests {

	private static final long TOKEN = 1_795_305_600_123_456L;

	@SuppressWarnings("NullAway.Init")
	private static RedisServer server;

	@SuppressWarnings("NullAway.Init")
	private static LettuceConnectionFactory connections;

	private final AtomicInteger rejections = new AtomicInteger();

	private final StringRedisTemplate redis = new StringRedisTemplate(connections);

	private final RedisFencedValues values = new RedisFencedValues(this.redis,
			new FencingRejections(List.of(new LockListener() {
				@Override
				public void fencingRejected(StaleFencingTokenException rejection, @Nullable LockAttempt attempt) {
					RedisFencedValuesTests.this.rejections.incrementAndGet();
				}
			})));

	@BeforeAll
	static void start() throws IOException {
		int port = freePort();
		server = RedisServer.newRedisServer().port(port).bind("127.0.0.1").setting("save \"\"").build();
		server.start();
		connections = new LettuceConnectionFactory("127.0.0.1", port);
		connections.afterPropertiesSet();
		connections.start();
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	@AfterAll
	static void stop() throws IOException {
		connections.destroy();
		server.stop();
	}

	@BeforeEach
	void empty() {
		this.redis.delete("total");
	}

	@Test
	void aValueIsReadWithItsToken() {
		assertThat(this.values.get("total")).isEmpty();
		this.values.set("total", "42", TOKEN);
		assertThat(this.values.get("total")).contains(new FencedValue("42", TOKEN));
	}

	@Test
	void equalAndGreaterTokensOverwrite() {
		this.values.set("total", "1", TOKEN);
		this.values.set("total", "2", TOKEN);
		this.values.set("total", "3", TOKEN + 1);
		assertThat(this.values.get("total")).contains(new FencedValue("3", TOKEN + 1));
	}

	@ParameterizedTest
	@ValueSource(longs = { TOKEN, FencingTokens.HIGHEST })
	void aTokenSmallerByOneIsRefusedAndChangesNothing(long highest) {
		this.values.set("total", "1", highest);
		assertThatExceptionOfType(StaleFencingTokenException.class)
			.isThrownBy(() -> this.values.set("total", "2", highest - 1))
			.satisfies((stale) -> {
				assertThat(stale.resource()).isEqualTo("total");
				assertThat(stale.fencingToken()).isEqualTo(highest - 1);
				assertThat(stale.highestToken()).isEqualTo(highest);
			});
		assertThat(this.values.get("total")).contains(new FencedValue("1", highest));
		assertThat(this.rejections).hasValue(1);
	}

	@Test
	void refusesWhatIsNoToken() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.values.set("total", "1", FencingTokens.HIGHEST + 1));
	}

	@Test
	void theTokenIsThereAsTheNumberItIs() {
		this.values.set("total", "1", TOKEN);
		assertThat(this.redis.opsForHash().get("total", "token")).isEqualTo("1795305600123456");
	}

	@Test
	void concurrentWritesLeaveTheGreatestToken() throws Exception {
		long seed = System.nanoTime();
		System.out.println("RedisFencedValuesTests: seed " + seed);
		Random random = new Random(seed);
		try (Background background = new Background()) {
			List<Callable<Long>> writers = new ArrayList<>();
			for (int i = 0; i < 8; i++) {
				Random own = new Random(random.nextLong());
				writers.add(() -> {
					long greatest = 0;
					for (int round = 0; round < 200; round++) {
						long token = TOKEN + own.nextInt(100_000);
						greatest = Math.max(greatest, token);
						try {
							this.values.set("total", String.valueOf(token), token);
						}
						catch (StaleFencingTokenException ex) {
							assertThat(ex.highestToken()).isGreaterThan(token);
						}
					}
					return greatest;
				});
			}
			background.all(writers);
		}
		FencedValue last = this.values.get("total").orElseThrow();
		assertThat(last.value()).isEqualTo(String.valueOf(last.fencingToken()));
		assertThat(this.rejections).hasPositiveValue();
	}

}
