package io.distributedlock;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class LockContextTests {

	private final Lease outer = new NamedLease("outer");

	private final Lease inner = new NamedLease("inner");

	@AfterEach
	void nothingIsLeftOnTheThread() {
		assertThat(LockContext.leases()).isEmpty();
	}

	@Test
	void outsideAnyLockThereIsNoLease() {
		assertThat(LockContext.current()).isEmpty();
		assertThat(LockContext.leases()).isEmpty();
	}

	@Test
	void theInnermostLeaseIsTheCurrentOne() {
		try (LockContext.Scope outerScope = LockContext.bind(this.outer)) {
			assertThat(LockContext.current()).contains(this.outer);
			try (LockContext.Scope innerScope = LockContext.bind(this.inner)) {
				assertThat(LockContext.current()).contains(this.inner);
				assertThat(LockContext.leases()).containsExactly(this.inner, this.outer);
			}
			assertThat(LockContext.leases()).containsExactly(this.outer);
		}
	}

	@Test
	void anExceptionRestoresTheOuterLease() {
		try (LockContext.Scope outerScope = LockContext.bind(this.outer)) {
			assertThatIllegalStateException().isThrownBy(() -> {
				try (LockContext.Scope innerScope = LockContext.bind(this.inner)) {
					throw new IllegalStateException("business");
				}
			});
			assertThat(LockContext.leases()).containsExactly(this.outer);
		}
	}

	@Test
	void anotherThreadSeesNothingUnlessWrapped() throws Exception {
		try (LockContext.Scope scope = LockContext.bind(this.outer)) {
			assertThat(onAnotherThread((seen) -> () -> seen.add(LockContext.current())))
				.containsExactly(Optional.empty());
		}
	}

	@Test
	void wrappedWorkSeesTheLeasesOnAnyThreadAndLeavesThatThreadAsItWas() throws Exception {
		List<Optional<Lease>> seen = new ArrayList<>();
		Runnable wrapped;
		try (LockContext.Scope outerScope = LockContext.bind(this.outer);
				LockContext.Scope innerScope = LockContext.bind(this.inner)) {
			wrapped = LockContext.wrap(() -> {
				seen.add(LockContext.current());
				assertThat(LockContext.leases()).containsExactly(this.inner, this.outer);
			});
		}
		assertThat(onAnotherThread((after) -> () -> {
			wrapped.run();
			after.add(LockContext.current());
			wrapped.run();
		})).containsExactly(Optional.empty());
		assertThat(seen).containsExactly(Optional.of(this.inner), Optional.of(this.inner));
	}

	@Test
	void workWrappedOutsideAnyLockSeesNoneAlsoWhereOneIsBound() {
		Runnable wrapped = LockContext.wrap(() -> assertThat(LockContext.current()).isEmpty());
		try (LockContext.Scope scope = LockContext.bind(this.outer)) {
			wrapped.run();
			assertThat(LockContext.current()).contains(this.outer);
		}
	}

	@Test
	void wrappedWorkThatFailsLeavesTheThreadAsItWas() {
		Runnable wrapped;
		try (LockContext.Scope scope = LockContext.bind(this.inner)) {
			wrapped = LockContext.wrap(() -> {
				throw new IllegalStateException("business");
			});
		}
		try (LockContext.Scope scope = LockContext.bind(this.outer)) {
			assertThatIllegalStateException().isThrownBy(wrapped::run).withMessage("business");
			assertThat(LockContext.leases()).containsExactly(this.outer);
		}
	}

	private static List<Optional<Lease>> onAnotherThread(Function<List<Optional<Lease>>, Runnable> work)
			throws Exception {
		List<Optional<Lease>> seen = new ArrayList<>();
		CompletableFuture.runAsync(work.apply(seen), (task) -> new Thread(task, "another").start())
			.get(10, TimeUnit.SECONDS);
		return seen;
	}

	private record NamedLease(String key) implements Lease {

		@Override
		public String name() {
			return this.key;
		}

		@Override
		public String provider() {
			return "none";
		}

		@Override
		public long fencingToken() {
			return 1;
		}

		@Override
		public Instant acquiredAt() {
			return Instant.EPOCH;
		}

		@Override
		public Duration remaining() {
			return Duration.ZERO;
		}

		@Override
		public boolean isHeld() {
			return false;
		}

		@Override
		public void ensureHeld() {
		}

		@Override
		public void extend(Duration ttl) {
		}

		@Override
		public void onLost(Consumer<LeaseLost> callback) {
		}

		@Override
		public void close() {
		}

	}

}
