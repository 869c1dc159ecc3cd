package io.distributedlock.interceptor;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;

import io.distributedlock.DistributedLocks;
import io.distributedlock.InvalidLockKeyException;
import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.LockStoreException;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.annotation.OnContention;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class DistributedLockInterceptorTests {

	private final LockedContext context = LockedContext.of(Service.class);

	private final RecordingLocks locks = this.context.locks;

	private final Service service = this.context.get(Service.class);

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void resultReachesTheCaller() {
		assertThat(this.service.echo("a", "x")).isEqualTo("x");
		assertThat(this.service.echo("a", null)).isNull();
		assertThat(this.service.skipping("a", "x")).isEqualTo("x");
		assertThat(this.service.skipping("a", null)).isNull();
		assertThat(this.locks.keys()).containsExactly("a", "a", "a", "a");
	}

	@Test
	void exceptionsReachTheCallerUnchanged() {
		for (Throwable thrown : List.of(new IOException(), new IllegalStateException(), new AssertionError(),
				new Throwable())) {
			assertThatExceptionOfType(Throwable.class).isThrownBy(() -> this.service.fail(thrown)).isSameAs(thrown);
			assertThatExceptionOfType(Throwable.class).isThrownBy(() -> this.service.failSkipping(thrown))
				.isSameAs(thrown);
		}
	}

	@Test
	void contentionThrowsByDefault() {
		this.locks.holdElsewhere("a");

		assertThatExceptionOfType(LockNotAcquiredException.class).isThrownBy(() -> this.service.echo("a", "x"));
		assertThat(this.service.runs()).isZero();
	}

	@Test
	void contentionSkipsScheduledMethodsByDefault() {
		this.locks.holdElsewhere("scheduled");

		this.service.scheduled();
		this.service.scheduledTwice();

		assertThat(this.service.runs()).isZero();
		assertThat(this.locks.keys()).containsExactly("scheduled", "scheduled");
	}

	@Test
	void scheduledMethodThatWantsItThrows() {
		this.locks.holdElsewhere("scheduled");

		assertThatExceptionOfType(LockNotAcquiredException.class).isThrownBy(this.service::scheduledThrowing);
	}

	@Test
	void skippedMethodReturnsNothing() {
		this.locks.holdElsewhere("a");

		assertThat(this.service.skipping("a", "x")).isNull();
		assertThat(this.service.skippingOptional()).isEmpty();
		assertThat(this.service.skippingOptionalInt()).isEmpty();
		assertThat(this.service.skippingOptionalLong()).isEmpty();
		assertThat(this.service.skippingWrapper()).isNull();
		assertThat(this.service.runs()).isZero();
	}

	@Test
	void refusalOfAnotherLockInsideTheMethodIsNotSkipped() {
		LockNotAcquiredException inner = new LockNotAcquiredException("inner", Duration.ZERO, null);

		assertThatExceptionOfType(LockNotAcquiredException.class).isThrownBy(() -> this.service.failSkipping(inner))
			.isSameAs(inner);
	}

	@Test
	void failingStoreIsNotContention() {
		LockStoreException failure = new LockStoreException("down", new IOException());
		this.locks.fail(failure);

		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> this.service.skipping("a", "x"))
			.isSameAs(failure);
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(this.service::scheduled).isSameAs(failure);
		assertThat(this.service.runs()).isZero();
	}

	@Test
	void callWithoutAKeyDoesNotRun() {
		assertThatExceptionOfType(InvalidLockKeyException.class).isThrownBy(() -> this.service.echo(null, "x"))
			.withMessageContaining("Service.echo(String,String)");
		assertThat(this.service.runs()).isZero();
		assertThat(this.locks.keys()).isEmpty();
	}

	@Test
	void keyIsThatOfTheArgumentsBeforeTheMethodChangesThem() {
		List<String> items = new ArrayList<>(List.of("before"));
		this.service.change(items);

		assertThat(items).containsExactly("after");
		assertThat(this.locks.keys()).containsExactly("before");
	}

	@Test
	void locksAreLookedUpOnceTheSingletonsAreThere() {
		try (AnnotationConfigApplicationContext lazy = new AnnotationConfigApplicationContext()) {
			AtomicInteger created = new AtomicInteger();
			lazy.register(LockAnnotationConfiguration.class, Service.class);
			lazy.registerBean(DistributedLocks.class, () -> {
				assertThat(lazy.getBeanFactory().containsSingleton("distributedLockInterceptorTests.Service")).isTrue();
				created.incrementAndGet();
				return new RecordingLocks();
			}, (definition) -> definition.setLazyInit(true));
			lazy.refresh();
			lazy.getBean(Service.class).echo("a", "x");
			lazy.getBean(Service.class).echo("a", "x");
			assertThat(created).hasValue(1);
		}
	}

	static class Service {

		private final AtomicInteger runs = new AtomicInteger();

		public int runs() {
			return this.runs.get();
		}

		@DistributedLock("#key")
		public @Nullable String echo(@Nullable String key, @Nullable String result) {
			this.runs.incrementAndGet();
			return result;
		}

		@DistributedLock(key = "#key", onContention = OnContention.SKIP)
		public @Nullable String skipping(String key, @Nullable String result) {
			this.runs.incrementAndGet();
			return result;
		}

		@DistributedLock(key = "a", onContention = OnContention.SKIP)
		public Optional<String> skippingOptional() {
			this.runs.incrementAndGet();
			return Optional.of("x");
		}

		@DistributedLock(key = "a", onContention = OnContention.SKIP)
		public OptionalInt skippingOptionalInt() {
			this.runs.incrementAndGet();
			return OptionalInt.of(1);
		}

		@DistributedLock(key = "a", onContention = OnContention.SKIP)
		public OptionalLong skippingOptionalLong() {
			this.runs.incrementAndGet();
			return OptionalLong.of(1);
		}

		@DistributedLock(key = "a", onContention = OnContention.SKIP)
		public Integer skippingWrapper() {
			this.runs.incrementAndGet();
			return 1;
		}

		@DistributedLock("a")
		public void fail(Throwable thrown) throws Throwable {
			throw thrown;
		}

		@DistributedLock(key = "a", onContention = OnContention.SKIP)
		public void failSkipping(Throwable thrown) throws Throwable {
			throw thrown;
		}

		@Scheduled(cron = "0 0 3 * * *")
		@DistributedLock("scheduled")
		public void scheduled() {
			this.runs.incrementAndGet();
		}

		@Scheduled(cron = "0 0 3 * * *")
		@Scheduled(cron = "0 0 4 * * *")
		@DistributedLock("scheduled")
		public void scheduledTwice() {
			this.runs.incrementAndGet();
		}

		@Scheduled(cron = "0 0 3 * * *")
		@DistributedLock(key = "scheduled", onContention = OnContention.THROW)
		public void scheduledThrowing() {
			this.runs.incrementAndGet();
		}

		@DistributedLock("#items[0]")
		public void change(List<String> items) {
			items.set(0, "after");
		}

	}

}
