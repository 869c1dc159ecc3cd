package io.distributedlock.engine;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import io.distributedlock.Lease;
import io.distributedlock.LeaseLost.Reason;
import io.distributedlock.LeaseLostException;
import io.distributedlock.LockRequest;
import io.distributedlock.LockShutdownException;
import io.distributedlock.LockStoreException;
import io.distributedlock.OnLeaseLost;
import io.distributedlock.engine.RecordingStore.Step;
import io.distributedlock.store.LockProvider;
import io.distributedlock.store.RenewResult;
import io.distributedlock.time.TimeSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static io.distributedlock.engine.HoldingNode.KEY;
import static io.distributedlock.engine.HoldingNode.TTL;
import static io.distributedlock.engine.HoldingNode.request;
import static io.distributedlock.engine.HoldingNode.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The orderly end of an engine while locks are held.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EngineShutdownTests {

	private final HoldingNode node = HoldingNode.start();

	@Test
	void heldLeasesAreLostButNotReleasedUnderTheirHolders() {
		Lease lease = this.node.acquire();
		this.node.engine().close();
		assertThat(lease.isHeld()).isFalse();
		assertThat(lease.remaining()).isZero();
		assertThatExceptionOfType(LeaseLostException.class).isThrownBy(lease::ensureHeld)
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.SHUTDOWN));
		assertThat(this.node.store().isHeld(KEY)).isTrue();
		assertThat(this.node.store().isClosed()).isTrue();
	}

	@Test
	void aHolderThatClosesLaterDoesNotTouchTheClosedStore() {
		Lease lease = this.node.acquire();
		this.node.engine().close();
		lease.close();
		lease.close();
		assertThat(this.node.store().sent(Step.RELEASE)).isEmpty();
		assertThat(this.node.listener().events("released")).hasSize(1);
		assertThatExceptionOfType(LeaseLostException.class).isThrownBy(() -> lease.extend(TTL));
		assertThat(this.node.store().sent(Step.RENEW)).isEmpty();
	}

	@Test
	void leasesThatEndedBeforeStayAsTheyWere() {
		Lease closed = this.node.acquire("closed");
		closed.close();
		Lease lost = this.node.acquire("lost");
		this.node.engine().forceRelease("lost");
		this.node.settle();
		this.node.engine().close();
		this.node.engine().close();
		assertThatIllegalStateException().isThrownBy(closed::ensureHeld);
		assertThatExceptionOfType(LeaseLostException.class).isThrownBy(lost::ensureHeld)
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.FORCE_RELEASED));
		assertThat(this.node.listener().losses()).hasSize(1);
	}

	@Test
	void aRenewalInFlightIsNotTakenBackUnderItsHolder() {
		Lease lease = this.node.acquire();
		this.node.store().renewing((command) -> {
			RenewResult result = this.node.store().memory().renew(command);
			this.node.engine().close();
			return result;
		});
		this.node.pass(TTL);
		assertThat(lease.isHeld()).isFalse();
		assertThat(this.node.store().sent(Step.RENEW)).hasSize(1);
		assertThat(this.node.store().sent(Step.RELEASE)).isEmpty();
	}

	@Test
	void workThatIsStillRunningLearnsOfItAtItsEnd() {
		assertThatExceptionOfType(LeaseLostException.class)
			.isThrownBy(() -> this.node.engine().run(request(), () -> this.node.engine().close()))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.SHUTDOWN));
		assertThatExceptionOfType(LeaseLostException.class).isThrownBy(() -> {
			HoldingNode other = HoldingNode.start();
			other.engine().run(request().withOnLeaseLost(OnLeaseLost.INTERRUPT), () -> {
				other.engine().close();
				assertThat(Thread.currentThread().isInterrupted()).isTrue();
			});
		});
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

	@Test
	void noLockIsTakenAfterwards() {
		this.node.engine().close();
		assertThatExceptionOfType(LockShutdownException.class).isThrownBy(this.node::acquire);
		assertThatExceptionOfType(LockShutdownException.class)
			.isThrownBy(() -> this.node.engine().tryRun(request(), () -> {
			}));
		assertThat(this.node.store().sent()).isEmpty();
	}

	@Test
	void oneStoreThatFailsToCloseDoesNotKeepTheOthersOpen() {
		RecordingStore first = new RecordingStore(TimeSource.system()) {
			@Override
			public void close() {
				super.close();
				throw new IllegalStateException("already gone");
			}
		};
		RecordingStore second = new RecordingStore(TimeSource.system());
		LockEngine engine = LockEngine.builder()
			.provider(new LockProvider("first", () -> first))
			.provider(new LockProvider("second", () -> second))
			.build();
		engine.run(request(), () -> engine.run(request().withProvider("second"), () -> {
		}));
		engine.close();
		assertThat(first.isClosed()).isTrue();
		assertThat(second.isClosed()).isTrue();
	}

	@Test
	void theLossIsStillToldOnTheEnginesOwnThreads() {
		RecordingListener listener = new RecordingListener();
		AtomicInteger told = new AtomicInteger();
		LockEngine engine = onOwnThreads(new RecordingStore(TimeSource.system()), listener);
		for (int i = 0; i < 20; i++) {
			engine.acquire(LockRequest.of("key:" + i)).onLost((loss) -> told.incrementAndGet());
		}
		engine.close();
		assertThat(told).hasValue(20);
		assertThat(listener.reasons()).hasSize(20).containsOnly(Reason.SHUTDOWN);
	}

	@Test
	void noThreadIsLeftRunning() throws Exception {
		Set<Thread> before = engineThreads();
		RecordingStore store = new RecordingStore(TimeSource.system());
		LockEngine engine = onOwnThreads(store, new RecordingListener());
		engine.acquire(request().withTtl(Duration.ofMillis(90)));
		engine.acquireAsync(LockRequest.of("other")).toCompletableFuture().get(10, TimeUnit.SECONDS);
		awaitRenewal(store);
		assertThat(engineThreads()).hasSizeGreaterThan(before.size());
		engine.close();
		for (Thread thread : engineThreads()) {
			if (!before.contains(thread)) {
				thread.join(10_000);
				assertThat(thread.isAlive()).as(thread.getName()).isFalse();
			}
		}
	}

	@Test
	void aStoreThatHangsDelaysTheEndByAFewSecondsOnly() throws Exception {
		RecordingStore store = new RecordingStore(TimeSource.system());
		CountDownLatch hanging = new CountDownLatch(1);
		store.renewing((command) -> {
			hanging.countDown();
			try {
				assertThat(new CountDownLatch(1).await(30, TimeUnit.SECONDS)).isFalse();
			}
			catch (InterruptedException ex) {
				throw new LockStoreException("interrupted", ex);
			}
			return RenewResult.BUSY;
		});
		LockEngine engine = onOwnThreads(store, new RecordingListener());
		AtomicInteger told = new AtomicInteger();
		engine.acquire(request().withTtl(seconds(3))).onLost((loss) -> told.incrementAndGet());
		assertThat(hanging.await(10, TimeUnit.SECONDS)).isTrue();
		CompletableFuture.runAsync(engine::close).get(10, TimeUnit.SECONDS);
		assertThat(told).hasValue(1);
		assertThat(store.isClosed()).isTrue();
	}

	private static LockEngine onOwnThreads(RecordingStore store, RecordingListener listener) {
		return LockEngine.builder().provider(new LockProvider("memory", () -> store)).listener(listener).build();
	}

	private static void awaitRenewal(RecordingStore store) throws InterruptedException {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
		while (store.sent(Step.RENEW).isEmpty()) {
			assertThat(System.nanoTime() - deadline).as("time left for a renewal").isNegative();
			Thread.sleep(5);
		}
	}

	private static Set<Thread> engineThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("distributed-lock-"))
			.collect(Collectors.toSet());
	}

}
