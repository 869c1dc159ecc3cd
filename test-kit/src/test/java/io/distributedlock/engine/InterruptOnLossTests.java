package io.distributedlock.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.distributedlock.Lease;
import io.distributedlock.LeaseLostException;
import io.distributedlock.LockListener;
import io.distributedlock.LockRequest;
import io.distributedlock.OnLeaseLost;
import io.distributedlock.test.ControllableThreads.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static io.distributedlock.engine.HoldingNode.KEY;
import static io.distributedlock.engine.HoldingNode.SAFE;
import static io.distributedlock.engine.HoldingNode.unrenewed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Work that is interrupted when its lease is lost.
 */
@Timeout(60)
class InterruptOnLossTests {

	private static final LockRequest REQUEST = unrenewed().withOnLeaseLost(OnLeaseLost.INTERRUPT);

	private final HoldingNode node = HoldingNode.start();

	private final LockEngine locks = this.node.engine();

	@AfterEach
	void noInterruptIsLeftBehind() {
		assertThat(Thread.interrupted()).isFalse();
	}

	@Test
	void workThatBlocksIsInterruptedAtOnceEvenIfAllCallbackThreadsAreBusy() throws Exception {
		this.node.threads().hold(Kind.CALLBACKS);
		CountDownLatch working = new CountDownLatch(1);
		AtomicBoolean interrupted = new AtomicBoolean();
		CompletableFuture<Void> work = CompletableFuture.runAsync(() -> {
			assertThatExceptionOfType(LeaseLostException.class).isThrownBy(() -> this.locks.run(REQUEST, () -> {
				working.countDown();
				interrupted.set(isInterruptedWhileWaiting());
			}));
			assertThat(Thread.currentThread().isInterrupted()).isFalse();
		});
		assertThat(working.await(10, TimeUnit.SECONDS)).isTrue();
		this.node.pass(SAFE);
		work.get(20, TimeUnit.SECONDS);
		assertThat(interrupted).isTrue();
	}

	@Test
	void workThatDoesNotNoticeTheInterruptLeavesNone() {
		assertThatExceptionOfType(LeaseLostException.class).isThrownBy(() -> this.locks.run(REQUEST, () -> {
			this.node.pass(SAFE);
			assertThat(Thread.currentThread().isInterrupted()).isTrue();
		}));
	}

	@Test
	void workThatThrowsAfterTheInterruptLeavesNone() {
		IllegalStateException failure = new IllegalStateException("gave up");
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> this.locks.run(REQUEST, () -> {
			this.node.pass(SAFE);
			throw failure;
		})).isSameAs(failure);
		assertThat(failure.getSuppressed()).singleElement().isInstanceOf(LeaseLostException.class);
	}

	@Test
	void theReleaseRunsUninterrupted() {
		AtomicBoolean interruptedInStore = new AtomicBoolean();
		this.node.store().releasing((command) -> {
			interruptedInStore.set(Thread.currentThread().isInterrupted());
			return this.node.store().memory().release(command);
		});
		assertThatExceptionOfType(LeaseLostException.class)
			.isThrownBy(() -> this.locks.run(REQUEST, () -> this.node.pass(SAFE)));
		assertThat(interruptedInStore).isFalse();
		assertThat(this.node.store().isHeld(KEY)).isFalse();
	}

	@Test
	void aLossBeforeTheWorkBeganInterruptsItFromTheStart() {
		LockListener forcing = new LockListener() {
			@Override
			public void acquired(Lease lease, Duration waited) {
				InterruptOnLossTests.this.node.time().advance(SAFE);
				lease.isHeld();
			}
		};
		HoldingNode other = this.node.another((builder) -> builder.listener(forcing));
		AtomicBoolean interrupted = new AtomicBoolean();
		assertThatExceptionOfType(LeaseLostException.class).isThrownBy(
				() -> other.engine().run(REQUEST, () -> interrupted.set(Thread.currentThread().isInterrupted())));
		assertThat(interrupted).isTrue();
	}

	@Test
	void withoutALossAnInterruptOfSomebodyElseIsKept() {
		this.locks.run(REQUEST, () -> Thread.currentThread().interrupt());
		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.node.store().isHeld(KEY)).isFalse();
	}

	@Test
	void aLossAfterTheWorkInterruptsNobody() {
		this.locks.run(REQUEST, () -> {
		});
		this.node.pass(SAFE);
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

	@Test
	void workThatDidNotAskForItIsNotInterrupted() {
		assertThatExceptionOfType(LeaseLostException.class)
			.isThrownBy(() -> this.locks.run(REQUEST.withOnLeaseLost(OnLeaseLost.THROW), () -> {
				this.node.pass(SAFE);
				assertThat(Thread.currentThread().isInterrupted()).isFalse();
			}));
	}

	private static boolean isInterruptedWhileWaiting() {
		try {
			return new CountDownLatch(1).await(10, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			return true;
		}
	}

}
