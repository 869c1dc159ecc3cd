package io.distributedlock.actuate;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.distributedlock.test.ControllableTime;
import io.distributedlock.time.TimeSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class StoreQuestionTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private final AtomicInteger asked = new AtomicInteger();

	private final CountDownLatch end = new CountDownLatch(1);

	@AfterEach
	void endQuestions() {
		this.end.countDown();
	}

	@Test
	void aStoreThatHangsIsAskedOnce() {
		StoreQuestion<Integer> question = new StoreQuestion<>(this::hang, LONG);
		CompletableFuture<StoreAnswer<Integer>> first = question.ask();
		CompletableFuture<StoreAnswer<Integer>> second = question.ask();
		this.end.countDown();
		assertThat(first.join()).isEqualTo(new StoreAnswer.Given<>(1));
		assertThat(second.join()).isEqualTo(new StoreAnswer.Given<>(1));
		assertThat(question.ask().join()).isEqualTo(new StoreAnswer.Given<>(2));
	}

	@Test
	void aStoreThatHangsIsNotWaitedForLonger() {
		StoreQuestion<Integer> question = new StoreQuestion<>(this::hang, Duration.ofMillis(50));
		assertThat(question.ask().join()).isEqualTo(new StoreAnswer.Failed<>("no answer within 50 ms"));
		assertThat(question.ask().join()).isEqualTo(new StoreAnswer.Failed<>("no answer within 50 ms"));
	}

	@Test
	void whoGivesUpDoesNotEndTheWaitOfOthers() {
		StoreQuestion<Integer> question = new StoreQuestion<>(this::hang, LONG);
		question.ask().cancel(true);
		CompletableFuture<StoreAnswer<Integer>> other = question.ask();
		this.end.countDown();
		assertThat(other.join()).isEqualTo(new StoreAnswer.Given<>(1));
	}

	@Test
	void anInterruptedCallerIsNoFailureOfTheStore() {
		this.end.countDown();
		Thread.currentThread().interrupt();
		try {
			assertThat(new StoreQuestion<>(this::hang, LONG).ask().join()).isEqualTo(new StoreAnswer.Given<>(1));
		}
		finally {
			assertThat(Thread.interrupted()).isTrue();
		}
	}

	@Test
	void whateverIsThrownIsAnAnswer() {
		assertThat(answer(() -> {
			throw new IllegalStateException("gone");
		})).isEqualTo(new StoreAnswer.Failed<>("gone"));
		assertThat(answer(() -> {
			throw new NoClassDefFoundError("driver/Driver");
		})).isEqualTo(new StoreAnswer.Failed<>("driver/Driver"));
		assertThat(answer(() -> {
			throw new StackOverflowError();
		})).isEqualTo(new StoreAnswer.Failed<>("java.lang.StackOverflowError"));
		assertThat(answer(() -> {
			throw new UnsupportedOperationException("no StoreProbe");
		})).isEqualTo(new StoreAnswer.Unsupported<>("no StoreProbe"));
	}

	@Test
	void aThreadThatCannotBeStartedIsAFailureUntilOneCan() {
		AtomicInteger attempts = new AtomicInteger();
		StoreQuestion<String> question = new StoreQuestion<>(() -> "here", LONG, 0, TimeSource.system(), (work) -> {
			if (attempts.incrementAndGet() == 1) {
				throw new OutOfMemoryError("unable to create native thread");
			}
			work.run();
		});
		assertThat(question.ask().join()).isEqualTo(new StoreAnswer.Failed<>("unable to create native thread"));
		assertThat(question.ask().join()).isEqualTo(new StoreAnswer.Given<>("here"));
	}

	@Test
	void anAnswerIsGivenAgainForTenTimesAsLongAsItTook() {
		ControllableTime time = new ControllableTime();
		StoreQuestion<Integer> question = sparing(time, () -> {
			time.advance(Duration.ofMillis(300));
			return this.asked.incrementAndGet();
		});
		assertThat(question.ask().join()).isEqualTo(new StoreAnswer.Given<>(1));
		time.advance(Duration.ofSeconds(3).minusNanos(1));
		assertThat(question.ask().join()).isEqualTo(new StoreAnswer.Given<>(1));
		time.advance(Duration.ofNanos(1));
		assertThat(question.ask().join()).isEqualTo(new StoreAnswer.Given<>(2));
	}

	@Test
	void aFailureIsGivenAgainForAMinuteAtMost() {
		ControllableTime time = new ControllableTime();
		StoreQuestion<Integer> question = sparing(time, () -> {
			time.advance(Duration.ofHours(1));
			throw new IllegalStateException("attempt " + this.asked.incrementAndGet());
		});
		assertThat(question.ask().join()).isEqualTo(new StoreAnswer.Failed<>("attempt 1"));
		time.advance(Duration.ofSeconds(59));
		assertThat(question.ask().join()).isEqualTo(new StoreAnswer.Failed<>("attempt 1"));
		time.advance(Duration.ofSeconds(1));
		assertThat(question.ask().join()).isEqualTo(new StoreAnswer.Failed<>("attempt 2"));
	}

	@Test
	void whoeverWantsToKnowAsksWhereNothingIsSpared() {
		ControllableTime time = new ControllableTime();
		StoreQuestion<Integer> question = new StoreQuestion<>(() -> {
			time.advance(Duration.ofMillis(300));
			return this.asked.incrementAndGet();
		}, LONG, 0, time);
		assertThat(question.ask().join()).isEqualTo(new StoreAnswer.Given<>(1));
		assertThat(question.ask().join()).isEqualTo(new StoreAnswer.Given<>(2));
	}

	private static StoreQuestion<Integer> sparing(ControllableTime time, Supplier<Integer> question) {
		return new StoreQuestion<>(question, LONG, 10, time);
	}

	private static StoreAnswer<String> answer(Supplier<String> question) {
		return new StoreQuestion<>(question, LONG).ask().join();
	}

	private int hang() {
		int answer = this.asked.incrementAndGet();
		try {
			assertThat(this.end.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		return answer;
	}

}
