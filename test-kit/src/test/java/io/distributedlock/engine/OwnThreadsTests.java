package io.distributedlock.engine;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.distributedlock.Lease;
import io.distributedlock.LeaseLostException;
import io.distributedlock.LockRequest;
import io.distributedlock.LockStoreException;
import io.distributedlock.OnLeaseLost;
import io.distributedlock.Renewal;
import io.distributedlock.store.LockProvider;
import io.distributedlock.store.RenewResult;
import io.distributedlock.time.TimeSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static io.distributedlock.engine.HoldingNode.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The engine on its own threads, in real time: none holds up another.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OwnThreadsTests {

	private static final Duration SHORT = Duration.ofMillis(200);

	private final RecordingStore store = new RecordingStore(TimeSource.system());

	private final CountDownLatch testEnds = new CountDownLatch(1);

	private final RecordingListener listener = new RecordingListener();

	private final LockEngine engine = LockEngine.builder()
		.provider(new LockProvider("memory", () -> this.store))
		.listener(this.listener)
		.build();

	@AfterEach
	void endTheEngine() {
		this.testEnds.countDown();
		this.engine.close();
	}

	@Test
	void renewalsAndCallbacksRunOnThreadsOfTheirKind() throws Exception {
		Set<String> renewers = ConcurrentHashMap.newKeySet();
		Set<String> callers = ConcurrentHashMap.newKeySet();
		this.store.renewing((command) -> {
			renewers.add(threadKind());
			return RenewResult.REFUSED;
		});
		CountDownLatch told = new CountDownLatch(1);
		this.engine.acquire(LockRequest.of("key").withTtl(SHORT)).onLost((loss) -> {
			callers.add(threadKind());
			told.countDown();
		});
		assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
		assertThat(renewers).containsExactly("distributed-lock-renewals");
		assertThat(callers).containsExactly("distributed-lock-callbacks");
	}

	@Test
	void callbacksThatBlockDelayNeitherDeadlinesNorRenewals() throws Exception {
		CountDownLatch blocked = new CountDownLatch(4);
		for (int i = 0; i < 8; i++) {
			LockRequest request = LockRequest.of("lost:" + i).withTtl(SHORT).withRenewal(Renewal.NONE);
			this.engine.acquire(request).onLost((loss) -> {
				blocked.countDown();
				untilTheTestEnds();
			});
		}
		assertThat(blocked.await(10, TimeUnit.SECONDS)).isTrue();
		Lease renewed = this.engine.acquire(LockRequest.of("renewed").withTtl(seconds(2)));
		assertInterruptedInTime();
		awaitRenewalsOf("renewed", 2);
		assertThat(renewed.isHeld()).isTrue();
	}

	@Test
	void aStoreThatHangsDelaysNoDeadline() throws Exception {
		CountDownLatch hanging = new CountDownLatch(1);
		this.store.renewing((command) -> {
			hanging.countDown();
			untilTheTestEnds();
			throw new LockStoreException("timed out", null);
		});
		List<Lease> leases = List.of(acquire("hanging:1"), acquire("hanging:2"), acquire("hanging:3"),
				acquire("hanging:4"), acquire("hanging:5"));
		AtomicInteger told = new AtomicInteger();
		leases.forEach((lease) -> lease.onLost((loss) -> told.incrementAndGet()));
		assertThat(hanging.await(10, TimeUnit.SECONDS)).isTrue();
		assertInterruptedInTime();
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
		while (told.get() < leases.size()) {
			assertThat(System.nanoTime() - deadline).as("time left for the losses").isNegative();
			Thread.sleep(5);
		}
	}

	@Test
	void manyShortLeasesAreKeptAliveAtOnce() throws Exception {
		List<Lease> leases = IntStream.range(0, 50)
			.mapToObj((i) -> this.engine.acquire(LockRequest.of("key:" + i).withTtl(seconds(3))))
			.toList();
		awaitRenewalsOf("key:49", 3);
		assertThat(leases).allMatch(Lease::isHeld);
		leases.forEach(Lease::close);
		assertThat(this.store.held("key:", 100)).isEmpty();
		assertThat(this.store.overlaps()).isEmpty();
	}

	/** The deadline thread interrupts at once, so this shows whether it is free. */
	private void assertInterruptedInTime() {
		LockRequest request = LockRequest.of("interrupted")
			.withTtl(SHORT)
			.withRenewal(Renewal.NONE)
			.withOnLeaseLost(OnLeaseLost.INTERRUPT);
		long start = System.nanoTime();
		assertThatExceptionOfType(LeaseLostException.class)
			.isThrownBy(() -> this.engine.run(request, this::untilTheTestEnds));
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(seconds(10));
	}

	private void awaitRenewalsOf(String key, int number) throws InterruptedException {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
		while (this.store.sent(RecordingStore.Step.RENEW)
			.stream()
			.filter((each) -> each.key().equals(key))
			.count() < number) {
			assertThat(System.nanoTime() - deadline).as("time left for renewals of " + key).isNegative();
			Thread.sleep(5);
		}
	}

	private Lease acquire(String key) {
		return this.engine.acquire(LockRequest.of(key).withTtl(SHORT));
	}

	private void untilTheTestEnds() {
		try {
			assertThat(this.testEnds.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static String threadKind() {
		return Thread.currentThread().getName().replaceAll("-\\d+$", "");
	}

}
