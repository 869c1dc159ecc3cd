package io.distributedlock.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.distributedlock.LeaseLost.Reason;
import io.distributedlock.LeaseLostException;
import io.distributedlock.LockRequest;
import io.distributedlock.LockShutdownException;
import io.distributedlock.store.LockProvider;
import io.distributedlock.test.ControllableThreads.Kind;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Asynchronous work and the end of its engine: every result is delivered.
 */
class AsyncWorkShutdownTests extends EngineTest {

	private final LockEngine node = node("this-node", this.store);

	private final CompletableFuture<String> work = new CompletableFuture<>();

	@Test
	void anOrderlyEndWaitsForTheStage() {
		CompletableFuture<String> result = start();
		CompletableFuture<Void> ended = this.node.endWork().toCompletableFuture();
		this.threads.runPending();
		assertThat(ended).isNotDone();
		this.work.complete("done");
		this.threads.runPending();
		assertThat(ended).isCompleted();
		assertThat(result).isCompletedWithValue("done");
		assertThat(this.memory.find(KEY)).isEmpty();
	}

	@Test
	void workThatWouldBeginTooLateIsRefusedAndHoldsNothing() {
		assertThat(this.node.endWork()).isCompleted();
		assertThat(failureOf(start())).isInstanceOf(LockShutdownException.class);
		assertThat(this.store.acquires()).hasSize(1);
		assertThat(this.memory.find(KEY)).isEmpty();
	}

	@Test
	void joinedWorkIsNotWaitedForTwice() {
		List<CompletableFuture<Void>> ended = new ArrayList<>();
		CompletionStage<String> unused = this.node.callAsync(request(), () -> {
			ended.add(this.node.endWork().toCompletableFuture());
			return this.node.callAsync(request(), () -> this.work);
		});
		this.threads.runPending();
		assertThat(ended.get(0)).isNotDone();
		this.work.complete("done");
		this.threads.runPending();
		assertThat(ended.get(0)).isCompleted();
	}

	@Test
	void aForcedEndAnswersThoseWhoWait() {
		otherNodeHolds(KEY);
		CompletableFuture<String> result = this.node.callAsync(waiting(seconds(60)), () -> this.work)
			.toCompletableFuture();
		this.threads.runPending();
		this.node.close();
		assertThat(failureOf(result)).isInstanceOf(LockShutdownException.class);
	}

	@Test
	void workThatEndsAfterAForcedEndLearnsThatItsLeaseWasLost() {
		CompletableFuture<String> result = start();
		this.node.close();
		assertThat(result).isNotDone();
		this.work.complete("done");
		assertThat(failureOf(result)).isInstanceOfSatisfying(LeaseLostException.class,
				(ex) -> assertThat(ex.reason()).isEqualTo(Reason.SHUTDOWN));
	}

	@Test
	void whatTheThreadsHadNotDeliveredIsDeliveredAtTheEnd() {
		CompletableFuture<String> ending = start();
		this.threads.hold(Kind.CALLBACKS);
		this.work.complete("done");
		CompletableFuture<String> beginning = this.node.callAsync(LockRequest.of("other"), () -> this.work)
			.toCompletableFuture();
		this.threads.runPending();
		assertThat(this.memory.find("other")).isPresent();
		assertThat(List.of(ending, beginning)).noneMatch(CompletableFuture::isDone);
		this.node.close();
		assertThat(failureOf(ending)).isInstanceOf(LeaseLostException.class);
		assertThat(failureOf(beginning)).isInstanceOf(LockShutdownException.class);
		assertThat(this.node.isIdle()).isTrue();
	}

	@Test
	void onThreadsOfItsOwnEveryResultIsDeliveredHoweverTheEndComes() {
		for (int round = 0; round < 40; round++) {
			LockEngine engine = LockEngine.builder().provider(new LockProvider("memory", () -> this.memory)).build();
			List<CompletableFuture<String>> results = new ArrayList<>();
			List<CompletableFuture<String>> works = new ArrayList<>();
			for (int i = 0; i < 4; i++) {
				CompletableFuture<String> work = new CompletableFuture<>();
				works.add(work);
				results.add(engine.callAsync(LockRequest.of(round + ":" + i), () -> work).toCompletableFuture());
			}
			CompletableFuture<Void> completing = CompletableFuture
				.runAsync(() -> works.forEach((work) -> work.complete("done")));
			engine.close();
			assertThat(completing).succeedsWithin(Duration.ofSeconds(10));
			results.forEach((result) -> assertThat(result.handle((value, failure) -> true))
				.succeedsWithin(Duration.ofSeconds(10)));
		}
	}

	private CompletableFuture<String> start() {
		CompletableFuture<String> result = this.node.callAsync(request(), () -> this.work).toCompletableFuture();
		this.threads.runPending();
		return result;
	}

}
