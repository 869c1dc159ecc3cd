package io.distributedlock.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.store.LockProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two nodes on one server, each with connections of its own.
 */
@Timeout(120)
@Isolated("measures how soon locks are handed over")
class RedisHandOffTests {

	private static final RedisServer server = RedisServer.shared(RedisProgram.EMBEDDED);

	private final LockRequest request = LockRequest.of(UUID.randomUUID().toString())
		.withWaitTime(Duration.ofSeconds(60));

	private final RedisConsole console = new RedisConsole(server);

	private final List<LettuceConnectionFactory> connections = new ArrayList<>();

	private final LockEngine one = node("one");

	private final LockEngine other = node("other");

	private final ExecutorService threads = Executors.newCachedThreadPool();

	@BeforeEach
	void startListening() throws Exception {
		LockRequest another = LockRequest.of(UUID.randomUUID().toString()).withWaitTime(Duration.ofSeconds(60));
		Lease lease = this.one.acquire(another);
		List<Future<?>> waiters = List.of(run(() -> closed(this.one.acquire(another))),
				run(() -> closed(this.other.acquire(another))));
		Eventually.holds("both nodes queue", Duration.ofSeconds(20),
				() -> this.console.hash("distributed-lock:" + another.key())
					.keySet()
					.stream()
					.filter((field) -> field.startsWith("place:"))
					.count() == 2);
		lease.close();
		for (Future<?> waiter : waiters) {
			waiter.get(60, TimeUnit.SECONDS);
		}
	}

	@AfterEach
	void close() {
		this.one.close();
		this.other.close();
		this.connections.forEach(LettuceConnectionFactory::destroy);
		this.console.close();
		this.threads.shutdownNow();
	}

	@Test
	void aReleasedLockIsHandedOverAtOnce() throws Exception {
		List<Long> micros = new ArrayList<>();
		LockEngine waiting = this.other;
		Lease held = this.one.acquire(this.request);
		for (int i = 0; i < 100; i++) {
			LockEngine waiter = waiting;
			Future<Lease> next = run(() -> waiter.acquire(this.request));
			Eventually.holds("the other node queues", Duration.ofSeconds(20),
					() -> this.console.hash("distributed-lock:" + this.request.key()).containsKey("last"));
			long released = System.nanoTime();
			held.close();
			held = next.get(30, TimeUnit.SECONDS);
			micros.add(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - released));
			waiting = (waiting == this.one) ? this.other : this.one;
		}
		held.close();
		Collections.sort(micros);
		assertThat(micros.get(50)).as("median of %s us", micros).isLessThan(100_000);
	}

	/** Each thread asks again at once and holds the lock for no time at all. */
	@ParameterizedTest
	@ValueSource(ints = { 5, 25 })
	void nodesThatWaitAllTheTimeAreServedInTurn(int threadsPerNode) throws Exception {
		List<String> grants = Collections.synchronizedList(new ArrayList<>());
		List<Future<?>> workers = new ArrayList<>();
		for (int i = 0; i < threadsPerNode; i++) {
			workers.add(run(() -> workUntil(2000, grants, this.one, "one")));
			workers.add(run(() -> workUntil(2000, grants, this.other, "other")));
		}
		for (Future<?> worker : workers) {
			worker.get(90, TimeUnit.SECONDS);
		}
		// when the first have ended, a node may be alone
		List<String> inTheMiddle = grants.subList(100, 1900);
		assertThat(handOffs(inTheMiddle)).as("hand-offs in %s", inTheMiddle).isGreaterThan(inTheMiddle.size() * 4 / 10);
		assertThat(longestRun(inTheMiddle)).as("longest run in %s", inTheMiddle).isLessThanOrEqualTo(10);
	}

	private String workUntil(int count, List<String> grants, LockEngine node, String name) {
		while (grants.size() < count) {
			try (Lease lease = node.acquire(this.request)) {
				assertThat(lease.isHeld()).isTrue();
				grants.add(name);
			}
		}
		return name;
	}

	private static int handOffs(List<String> grants) {
		int handOffs = 0;
		for (int i = 1; i < grants.size(); i++) {
			handOffs += grants.get(i).equals(grants.get(i - 1)) ? 0 : 1;
		}
		return handOffs;
	}

	private static int longestRun(List<String> grants) {
		int longest = 1;
		int run = 1;
		for (int i = 1; i < grants.size(); i++) {
			run = grants.get(i).equals(grants.get(i - 1)) ? run + 1 : 1;
			longest = Math.max(longest, run);
		}
		return longest;
	}

	private <T> Future<T> run(Callable<T> work) {
		return this.threads.submit(work);
	}

	private static Lease closed(Lease lease) {
		lease.close();
		return lease;
	}

	private LockEngine node(String id) {
		LettuceConnectionFactory factory = Connections.lettuce(server.port());
		this.connections.add(factory);
		return LockEngine.builder()
			.nodeId(id)
			.provider(new LockProvider("redis", () -> RedisLockStore.open(Connections.config(factory))))
			.build();
	}

}
