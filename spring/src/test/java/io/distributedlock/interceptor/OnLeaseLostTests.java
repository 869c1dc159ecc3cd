package io.distributedlock.interceptor;

import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.distributedlock.DistributedLocks;
import io.distributedlock.LeaseLost.Reason;
import io.distributedlock.LeaseLostException;
import io.distributedlock.LockContext;
import io.distributedlock.OnLeaseLost;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.engine.LockDefaults;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.store.LockProvider;
import io.distributedlock.time.TimeSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Methods whose lease is lost while they run, on a real engine.
 */
@Timeout(60)
class OnLeaseLostTests {

	private static final int ROUNDS = 2000;

	private final LockedContext context = LockedContext.of((beans) -> {
		beans.registerBean(DistributedLocks.class, () -> engine(LockDefaults.STANDARD));
		beans.register(Shard.class);
	});

	private final DistributedLocks locks = this.context.get(DistributedLocks.class);

	private final Shard shard = this.context.get(Shard.class);

	@AfterEach
	void nothingIsLeftBehind() {
		assertThat(Thread.interrupted()).isFalse();
		assertThat(LockContext.current()).isEmpty();
		this.context.close();
	}

	@Test
	void theCallerIsToldWhenTheMethodEnds() {
		assertThatExceptionOfType(LeaseLostException.class).isThrownBy(() -> this.shard.write(() -> {
			lose();
			assertThat(Thread.currentThread().isInterrupted()).isFalse();
		})).satisfies((lost) -> assertThat(lost.reason()).isEqualTo(Reason.FORCE_RELEASED));
	}

	@Test
	void anExceptionOfTheMethodIsNotReplaced() {
		IllegalStateException failure = new IllegalStateException("mine");
		assertThatIllegalStateException().isThrownBy(() -> this.shard.write(() -> {
			lose();
			throw failure;
		})).isSameAs(failure);
		assertThat(failure.getSuppressed()).singleElement().isInstanceOf(LeaseLostException.class);
	}

	@Test
	void theCallerIsNotToldIfTheLossDoesNotMatter() {
		assertThat(this.shard.writeAnyway(this::lose)).isEqualTo("written");
	}

	@Test
	void theThreadIsInterruptedAtOnce() throws Exception {
		CountDownLatch working = new CountDownLatch(1);
		AtomicInteger interrupts = new AtomicInteger();
		Future<?> caller = inBackground(() -> {
			assertThatExceptionOfType(LeaseLostException.class).isThrownBy(() -> this.shard.writeInterruptibly(() -> {
				working.countDown();
				waitForAnInterrupt();
				interrupts.incrementAndGet();
			}));
			assertThat(Thread.currentThread().isInterrupted()).isFalse();
		});
		assertThat(working.await(10, TimeUnit.SECONDS)).isTrue();
		lose();
		caller.get(10, TimeUnit.SECONDS);
		assertThat(interrupts).hasValue(1);
	}

	@Test
	void anInterruptThatTheMethodDoesNotNoticeIsTakenBack() {
		assertThatExceptionOfType(LeaseLostException.class).isThrownBy(() -> this.shard.writeInterruptibly(() -> {
			lose();
			assertThat(Thread.currentThread().isInterrupted()).isTrue();
		}));
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

	@Test
	void anInterruptOfSomebodyElseIsKept() {
		this.shard.writeInterruptibly(() -> Thread.currentThread().interrupt());
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void anInterruptOfSomebodyElseBeforeTheLossIsKept() {
		assertThatExceptionOfType(LeaseLostException.class).isThrownBy(() -> this.shard.writeInterruptibly(() -> {
			Thread.currentThread().interrupt();
			lose();
		}));
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void aMethodThatJoinsTheLeaseIsTreatedAsTheOuterOneWants() {
		assertThat(this.shard.writeAnyway(() -> this.shard.writeInterruptibly(() -> {
			lose();
			assertThat(Thread.currentThread().isInterrupted()).isFalse();
		}))).isEqualTo("written");
	}

	@Test
	void theConfiguredChoiceHoldsWhereTheAnnotationLeavesItOut() {
		LockDefaults ignoring = new LockDefaults(LockDefaults.STANDARD.ttl(), LockDefaults.STANDARD.waitTime(),
				LockDefaults.STANDARD.maxHold(), LockDefaults.STANDARD.renewal(), OnLeaseLost.IGNORE);
		try (LockedContext other = LockedContext.of((beans) -> {
			beans.registerBean(DistributedLocks.class, () -> engine(ignoring));
			beans.register(Shard.class);
		})) {
			other.get(Shard.class).write(() -> other.get(DistributedLocks.class).forceRelease("shard"));
			assertThat(other.get(DistributedLocks.class).find("shard")).isEmpty();
		}
	}

	@Test
	void aLossAtTheMomentTheMethodEndsNeverInterruptsTheCallersNextWork() throws Exception {
		long seed = new Random().nextLong();
		System.out.println("Losses at the end of a method, seed " + seed);
		Random random = new Random(seed);
		int told = 0;
		CyclicBarrier round = new CyclicBarrier(2);
		int[] pauses = random.ints(ROUNDS, 0, 300).toArray();
		Future<?> loser = inBackground(() -> {
			for (int pause : pauses) {
				await(round);
				spin(pause);
				lose();
				await(round);
			}
		});
		for (int i = 0; i < ROUNDS; i++) {
			int work = random.nextInt(300);
			try {
				this.shard.writeInterruptibly(() -> {
					await(round);
					spin(work);
				});
			}
			catch (LeaseLostException ex) {
				told++;
			}
			boolean leaked = Thread.currentThread().isInterrupted();
			await(round);
			assertThat(leaked || Thread.interrupted()).as("an interrupt reached the caller in round %d", i).isFalse();
		}
		loser.get(30, TimeUnit.SECONDS);
		System.out.printf("Lost while the method ran: %d of %d%n", told, ROUNDS);
		assertThat(told).isBetween(1, ROUNDS - 1);
	}

	private void lose() {
		this.locks.forceRelease("shard");
	}

	private static LockEngine engine(LockDefaults defaults) {
		return LockEngine.builder()
			.provider(new LockProvider("memory", () -> new MemoryLockStore(TimeSource.system())))
			.nodeId("node")
			.defaults(defaults)
			.build();
	}

	private static Future<?> inBackground(Runnable task) {
		ExecutorService executor = Executors.newSingleThreadExecutor();
		try {
			return executor.submit(task);
		}
		finally {
			executor.shutdown();
		}
	}

	private static void waitForAnInterrupt() {
		try {
			Thread.sleep(30_000);
		}
		catch (InterruptedException ex) {
			return;
		}
		throw new AssertionError("not interrupted");
	}

	private static void await(CyclicBarrier barrier) {
		try {
			barrier.await(20, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new AssertionError("an interrupt reached somebody who waits for the next round", ex);
		}
	}

	private static void spin(int micros) {
		long end = System.nanoTime() + micros * 100L;
		while (System.nanoTime() < end) {
			Thread.onSpinWait();
		}
	}

	static class Shard {

		@DistributedLock("shard")
		public void write(Runnable work) {
			work.run();
		}

		@DistributedLock(key = "shard", onLeaseLost = OnLeaseLost.IGNORE)
		public String writeAnyway(Runnable work) {
			work.run();
			return "written";
		}

		@DistributedLock(key = "shard", onLeaseLost = OnLeaseLost.INTERRUPT)
		public void writeInterruptibly(Runnable work) {
			work.run();
		}

	}

}
