package io.distributedlock.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.distributedlock.DistributedLocks;
import io.distributedlock.Lease;
import io.distributedlock.LockContext;
import io.distributedlock.LockRequest;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.event.LockAcquired;
import io.distributedlock.event.LockReleased;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class LockEventsTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DistributedLockAutoConfiguration.class,
				LockAnnotationAutoConfiguration.class, MemoryLockAutoConfiguration.class))
		.withPropertyValues("distributed-lock.provider=memory")
		.withBean(Orders.class)
		.withBean(Recorder.class);

	private final ApplicationContextRunner enabled = this.runner
		.withPropertyValues("distributed-lock.events.enabled=true");

	@Test
	void areNotPublishedByDefault() {
		this.runner.run((context) -> {
			context.getBean(Orders.class).capture("42");
			assertThat(context.getBean(Recorder.class).events).isEmpty();
			assertThat(context).doesNotHaveBean(LockEvents.class);
		});
	}

	@Test
	void tellOfGrantsAndReleases() {
		this.enabled.run((context) -> {
			Lease lease = context.getBean(Orders.class).capture("42");
			assertThat(context.getBean(Recorder.class).events).satisfiesExactly(
					(event) -> assertThat(event).isInstanceOfSatisfying(LockAcquired.class, (acquired) -> {
						assertThat(acquired).usingRecursiveComparison()
							.ignoringFields("waited")
							.isEqualTo(LockAcquired.of(lease, Duration.ZERO));
						assertThat(acquired.key()).isEqualTo("order:42");
						assertThat(acquired.name()).isEqualTo("Orders.capture");
						assertThat(acquired.provider()).isEqualTo("memory");
						assertThat(acquired.waited()).isBetween(Duration.ZERO, Duration.ofSeconds(30));
					}), (event) -> assertThat(event).isInstanceOfSatisfying(LockReleased.class, (released) -> {
						assertThat(released.key()).isEqualTo("order:42");
						assertThat(released.fencingToken()).isEqualTo(lease.fencingToken());
						assertThat(released.held()).isBetween(Duration.ofMillis(20), Duration.ofSeconds(30));
					}));
		});
	}

	@Test
	void tellOfLocksTakenByHandToo() {
		this.enabled.run((context) -> {
			context.getBean(DistributedLocks.class).acquire(LockRequest.of("order:43")).close();
			assertThat(context.getBean(Recorder.class).events).hasSize(2);
		});
	}

	@Test
	void oneWhoseListenerThrowsHarmsNoLock() {
		this.enabled.withBean(Failing.class).run((context) -> {
			assertThat(context.getBean(Orders.class).capture("42").key()).isEqualTo("order:42");
			assertThat(context.getBean(DistributedLocks.class).find("order:42")).isEmpty();
			assertThat(context.getBean(Failing.class).told).hasSize(2);
		});
	}

	static class Orders {

		@DistributedLock("order:#{#id}")
		public Lease capture(String id) throws InterruptedException {
			Thread.sleep(20);
			return LockContext.current().orElseThrow();
		}

	}

	static class Recorder {

		private final List<Record> events = new CopyOnWriteArrayList<>();

		@EventListener
		public void acquired(LockAcquired event) {
			this.events.add(event);
		}

		@EventListener
		public void released(LockReleased event) {
			this.events.add(event);
		}

	}

	static class Failing {

		private final List<Record> told = new CopyOnWriteArrayList<>();

		@EventListener({ LockAcquired.class, LockReleased.class })
		public void fail(Record event) {
			this.told.add(event);
			throw new IllegalStateException("listener");
		}

	}

}
