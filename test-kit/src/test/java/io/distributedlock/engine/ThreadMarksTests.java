package io.distributedlock.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.distributedlock.Lease;
import io.distributedlock.LockContext;
import io.distributedlock.LockRequest;
import io.distributedlock.store.LockProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Leases in the MDC.
 */
class ThreadMarksTests extends EngineTest {

	private static final LockRequest OTHER = LockRequest.of("order:43");

	private final LockEngine locks = engine(
			LockEngine.builder().mdc().provider(new LockProvider("test", () -> this.store)));

	@BeforeEach
	@AfterEach
	void clear() {
		MDC.clear();
	}

	@Test
	void workUnderALeaseHasItsKeyAndToken() {
		this.locks.run(request(), () -> assertThat(entries()).isEqualTo(entriesOf(current())));
		assertThat(entries()).isEmpty();
	}

	@Test
	void innermostLeaseWinsAndTheOuterOneComesBack() {
		this.locks.run(request(), () -> {
			Map<String, String> outer = entriesOf(current());
			this.locks.run(OTHER, () -> assertThat(entries()).isEqualTo(entriesOf(current())).isNotEqualTo(outer));
			assertThat(entries()).isEqualTo(outer);
		});
	}

	@Test
	void workThatJoinsALeaseHasItsKeyAndToken() {
		this.locks.run(request(), () -> this.locks.run(OTHER, () -> {
			this.locks.run(request(), () -> assertThat(entries()).containsEntry("lock.key", KEY));
			assertThat(entries()).containsEntry("lock.key", OTHER.key());
		}));
	}

	@Test
	void entriesOfTheApplicationComeBack() {
		MDC.put("lock.key", "mine");
		MDC.put("user", "alice");
		this.locks.run(request(), () -> assertThat(entries()).containsEntry("user", "alice"));
		assertThat(entries()).isEqualTo(Map.of("lock.key", "mine", "user", "alice"));
	}

	@Test
	void failedWorkLeavesNothingBehind() {
		assertThatIllegalStateException().isThrownBy(() -> this.locks.run(request(), () -> {
			throw new IllegalStateException("work failed");
		}));
		assertThat(entries()).isEmpty();
	}

	@Test
	void wrappedWorkHasThemOnAnotherThread() {
		List<Map<String, String>> seen = new ArrayList<>();
		this.locks.run(request(), () -> {
			Runnable wrapped = LockContext.wrap(() -> seen.add(entries()));
			CompletableFuture.runAsync(() -> {
				wrapped.run();
				seen.add(entries());
			}).join();
			assertThat(seen).containsExactly(entriesOf(current()), Map.of());
		});
	}

	@Test
	void wrappedWorkThatIsNotUnderTheLeaseDoesNotHaveThem() {
		Runnable wrapped = LockContext.wrap(() -> assertThat(entries()).isEmpty());
		this.locks.run(request(), () -> {
			wrapped.run();
			assertThat(entries()).isEqualTo(entriesOf(current()));
		});
	}

	@Test
	void asynchronousWorkHasThem() {
		List<Map<String, String>> seen = new ArrayList<>();
		CompletionStage<String> result = this.locks.callAsync(request(), () -> {
			seen.add(entries());
			return CompletableFuture.completedFuture("done");
		});
		this.threads.runPending();
		assertThat(result).isCompletedWithValue("done");
		assertThat(seen).singleElement().satisfies((entries) -> assertThat(entries).containsEntry("lock.key", KEY));
		assertThat(entries()).isEmpty();
	}

	@Test
	void leaseThatIsNotBoundMarksNothing() {
		this.locks.acquire(request());
		assertThat(entries()).isEmpty();
	}

	@Test
	void nothingIsMarkedUnlessAskedFor() {
		LockEngine unmarked = node("green", this.store);
		unmarked.run(request(), () -> assertThat(entries()).isEmpty());
	}

	private static Lease current() {
		return LockContext.current().orElseThrow();
	}

	private static Map<String, String> entriesOf(Lease lease) {
		return Map.of("lock.key", lease.key(), "lock.fencingToken", Long.toString(lease.fencingToken()));
	}

	private static Map<String, String> entries() {
		return Objects.requireNonNullElse(MDC.getCopyOfContextMap(), Map.of());
	}

}
