package io.distributedlock.autoconfigure.redis;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import io.distributedlock.DistributedLocks;
import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import io.distributedlock.LockStoreException;
import io.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import io.distributedlock.test.TcpProxy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What happens to locks when the server is away for so long that a client waits before it
 * tries to connect again.
 */
@Timeout(120)
class RedisOutageTests {

	private static final Duration OUTAGE = Duration.ofSeconds(10);

	/** Lettuce on its own would first try again 6 s after the server is back. */
	private static final Duration BACK = Duration.ofSeconds(4);

	private static final AtomicLong asked = new AtomicLong();

	private static final LockRequest ORDER = LockRequest.of("order:42");

	private static final LockRequest ANOTHER_ORDER = LockRequest.of("order:43");

	@Test
	void locksAreBackSoonAfterALongOutage() {
		try (TestRedis server = new TestRedis()) {
			ApplicationContextRunner runner = new ApplicationContextRunner()
				.withConfiguration(AutoConfigurations.of(DistributedLockAutoConfiguration.class,
						RedisLockAutoConfiguration.class, DataRedisAutoConfiguration.class))
				.withPropertyValues(server.property(), "distributed-lock.store-timeout=1s");
			runner.withPropertyValues("spring.data.redis.client-type=lettuce")
				.run((lettuce) -> runner.withPropertyValues("spring.data.redis.client-type=jedis")
					.run((jedis) -> surviveOutage(server, lettuce.getBean(DistributedLocks.class),
							jedis.getBean(DistributedLocks.class))));
		}
	}

	@Test
	void aConnectionWhoseServerHasGoneSilentIsReplaced() {
		try (TestRedis server = new TestRedis(); TcpProxy network = new TcpProxy(server.port())) {
			new ApplicationContextRunner()
				.withConfiguration(AutoConfigurations.of(DistributedLockAutoConfiguration.class,
						RedisLockAutoConfiguration.class, DataRedisAutoConfiguration.class))
				.withPropertyValues("spring.data.redis.port=" + network.port(), "distributed-lock.store-timeout=1s")
				.run((context) -> {
					DistributedLocks locks = context.getBean(DistributedLocks.class);
					locks.run(ANOTHER_ORDER, () -> {
					});
					long before = connectionsOf(server);
					network.holdReplies();
					assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> locks.tryAcquire(ORDER));
					long start = System.nanoTime();
					while (connectionsOf(server) == before) {
						assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BACK);
						LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
					}
					network.mend();
					awaitLock(locks, ANOTHER_ORDER, System.nanoTime());
				});
		}
	}

	/** How many were ever opened, but for those that ask. */
	private static long connectionsOf(TestRedis server) {
		try (Jedis direct = new Jedis("127.0.0.1", server.port())) {
			String total = direct.info("stats")
				.lines()
				.filter((line) -> line.startsWith("total_connections_received:"))
				.findFirst()
				.orElseThrow();
			return Long.parseLong(total.replaceFirst(".*:", "")) - asked.incrementAndGet();
		}
	}

	private static void surviveOutage(TestRedis server, DistributedLocks lettuce, DistributedLocks jedis) {
		lettuce.run(ORDER, () -> assertThat(jedis.tryAcquire(ORDER)).isEmpty());
		server.stop();
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> lettuce.tryAcquire(ORDER));
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> jedis.tryAcquire(ORDER));
		LockSupport.parkNanos(OUTAGE.toNanos());
		server.start();
		long start = System.nanoTime();
		awaitLock(lettuce, ORDER, start);
		awaitLock(jedis, ORDER, start);
	}

	private static void awaitLock(DistributedLocks locks, LockRequest request, long start) {
		while (true) {
			try (Lease lease = locks.acquire(request)) {
				assertThat(lease.isHeld()).isTrue();
				assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BACK);
				return;
			}
			catch (LockStoreException ex) {
				assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BACK);
				LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
			}
		}
	}

}
