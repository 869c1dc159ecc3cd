package io.distributedlock.test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.distributedlock.engine.EngineThreads.Cancellation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ControllableThreadsTests {

	private final ControllableTime time = new ControllableTime();

	private final ControllableThreads threads = new ControllableThreads(this.time);

	private final Instant start = this.time.now();

	private final List<String> log = new ArrayList<>();

	@Test
	void timersRunInTheOrderTheyAreDueAndSeeTheirTime() {
		this.threads.schedule(seconds(3), () -> log("late"));
		this.threads.schedule(seconds(1), () -> log("first"));
		this.threads.schedule(seconds(1), () -> log("second"));
		this.threads.advance(seconds(2));
		assertThat(this.log).containsExactly("first at 1s", "second at 1s");
		assertThat(this.time.now()).isEqualTo(this.start.plusSeconds(2));
		assertThat(this.threads.timers()).isEqualTo(1);
		this.threads.advance(seconds(1));
		assertThat(this.log).endsWith("late at 3s");
	}

	@Test
	void aTimerScheduledByATimerRunsInTheSameAdvance() {
		this.threads.schedule(seconds(1), () -> this.threads.schedule(seconds(1), () -> log("nested")));
		this.threads.advance(seconds(2));
		assertThat(this.log).containsExactly("nested at 2s");
	}

	@Test
	void workOfATimerIsDoneBeforeTheNextTimer() {
		this.threads.schedule(seconds(1), () -> {
			this.threads.renewals().execute(() -> {
				log("renewal");
				this.threads.callbacks().execute(() -> log("callback"));
			});
			this.threads.storeWork().execute(() -> log("clean-up"));
		});
		this.threads.schedule(seconds(2), () -> log("timer"));
		this.threads.advance(seconds(2));
		assertThat(this.log).containsExactly("renewal at 1s", "clean-up at 1s", "callback at 1s", "timer at 2s");
	}

	@Test
	void nothingRunsUntilAsked() {
		this.threads.callbacks().execute(() -> log("work"));
		this.threads.schedule(Duration.ZERO, () -> log("due"));
		this.threads.schedule(seconds(-1), () -> log("overdue"));
		assertThat(this.log).isEmpty();
		this.threads.runPending();
		assertThat(this.log).containsExactly("work at 0s", "due at 0s", "overdue at 0s");
	}

	@Test
	void cancelledTimersDoNotRun() {
		Cancellation cancellation = this.threads.schedule(seconds(1), () -> log("cancelled"));
		cancellation.cancel();
		cancellation.cancel();
		this.threads.advance(seconds(2));
		assertThat(this.log).isEmpty();
		assertThat(this.threads.timers()).isZero();
	}

	@Test
	void workHeldBackRunsAfterItWasResumed() {
		this.threads.hold(ControllableThreads.Kind.RENEWALS);
		this.threads.renewals().execute(() -> log("renewal"));
		this.threads.callbacks().execute(() -> log("callback"));
		this.threads.advance(seconds(1));
		assertThat(this.log).containsExactly("callback at 0s");
		assertThat(this.threads.pending(ControllableThreads.Kind.RENEWALS)).isEqualTo(1);
		this.threads.resume(ControllableThreads.Kind.RENEWALS);
		this.threads.runPending();
		assertThat(this.log).endsWith("renewal at 1s");
	}

	@Test
	void aTaskThatTakesTimeMakesLaterTimersLateButTimeNeverGoesBack() {
		this.threads.schedule(seconds(1), () -> this.time.advance(seconds(5)));
		this.threads.schedule(seconds(2), () -> log("late"));
		this.threads.schedule(seconds(4), () -> log("later"));
		this.threads.advance(seconds(2));
		assertThat(this.log).containsExactly("late at 6s", "later at 6s");
		assertThat(this.time.now()).isEqualTo(this.start.plusSeconds(6));
	}

	@Test
	void timersRunOnTimeWhileATaskAdvancesThem() {
		this.threads.renewals().execute(() -> {
			this.threads.advance(seconds(3));
			log("reply");
		});
		this.threads.schedule(seconds(2), () -> log("deadline"));
		this.threads.advance(seconds(1));
		assertThat(this.log).containsExactly("deadline at 2s", "reply at 3s");
		assertThat(this.time.now()).isEqualTo(this.start.plusSeconds(3));
	}

	@Test
	void anExceptionOfATaskReachesTheTestAndLeavesTheRest() {
		this.threads.schedule(seconds(1), () -> {
			throw new IllegalStateException("broken task");
		});
		this.threads.schedule(seconds(1), () -> log("other"));
		assertThatIllegalStateException().isThrownBy(() -> this.threads.advance(seconds(1))).withMessage("broken task");
		this.threads.runPending();
		assertThat(this.log).containsExactly("other at 1s");
	}

	@Test
	void otherThreadsCanBeAwaited() throws Exception {
		CompletableFuture<Void> woken = new CompletableFuture<>();
		Thread waiter = new Thread(() -> this.threads.schedule(seconds(1), () -> woken.complete(null)));
		waiter.start();
		this.threads.awaitTimers(1);
		this.threads.advance(seconds(1));
		assertThat(woken).isDone();
		waiter.join(TimeUnit.SECONDS.toMillis(10));
		Thread worker = new Thread(() -> this.threads.storeWork().execute(() -> log("work")));
		worker.start();
		this.threads.awaitPending(ControllableThreads.Kind.STORE_WORK, 1);
		this.threads.runPending();
		assertThat(this.log).containsExactly("work at 1s");
	}

	@Test
	void nothingRunsAfterClose() {
		this.threads.schedule(seconds(1), () -> log("timer"));
		this.threads.callbacks().execute(() -> log("work"));
		this.threads.close();
		this.threads.schedule(seconds(1), () -> log("new timer"));
		this.threads.callbacks().execute(() -> log("new work"));
		this.threads.advance(seconds(2));
		assertThat(this.log).isEmpty();
	}

	@Test
	void theWallClockJumpsAlone() {
		long nanos = this.time.nanoTime();
		this.time.jumpWallClock(Duration.ofHours(8));
		assertThat(this.time.nanoTime()).isEqualTo(nanos);
		assertThat(this.time.now()).isEqualTo(this.start.plus(Duration.ofHours(8)));
		this.time.jumpWallClock(Duration.ofHours(-9));
		assertThat(this.time.now()).isEqualTo(this.start.minus(Duration.ofHours(1)));
		this.threads.advance(seconds(1));
		assertThat(this.time.nanoTime() - nanos).isEqualTo(seconds(1).toNanos());
	}

	@Test
	void timeCannotGoBack() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.time.advance(seconds(-1)))
			.withMessageContaining("PT-1S");
		assertThatIllegalArgumentException().isThrownBy(() -> this.threads.advance(seconds(-1)))
			.withMessageContaining("PT-1S");
	}

	private void log(String event) {
		this.log.add(event + " at " + Duration.between(this.start, this.time.now()).toSeconds() + "s");
	}

	private static Duration seconds(int seconds) {
		return Duration.ofSeconds(seconds);
	}

}
