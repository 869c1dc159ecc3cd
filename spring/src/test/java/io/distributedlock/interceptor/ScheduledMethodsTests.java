package io.distributedlock.interceptor;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.distributedlock.DistributedLocks;
import io.distributedlock.Lease;
import io.distributedlock.LockContext;
import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.LockRequest;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.LockStore;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import io.distributedlock.time.TimeSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.annotation.EnableTransactionManagement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class ScheduledMethodsTests {

	private final MemoryLockStore store = new MemoryLockStore(TimeSource.system());

	@Test
	void everyKindOfScheduleTakesTheLock() {
		try (ScheduledNode node = ScheduledNode.of(this.store, AllKinds.class)) {
			AllKinds jobs = node.get(AllKinds.class);
			await().until(() -> jobs.ran("cron") && jobs.ran("fixedRate") && jobs.ran("fixedDelay")
					&& jobs.ran("oneShot") && jobs.ran("repeated"));
		}
	}

	@Test
	void aTickWhoseLockIsHeldElsewhereIsSkippedWithoutAWord(CapturedOutput output) {
		try (ScheduledNode node = ScheduledNode.of(this.store, Frequent.class)) {
			Frequent job = node.get(Frequent.class);
			await().until(() -> job.runs() > 0);
			try (Lease elsewhere = acquire(node)) {
				int before = job.runs();
				await().during(Duration.ofMillis(300)).until(() -> job.runs() == before);
				assertThat(elsewhere.isHeld()).isTrue();
			}
			int skipped = job.runs();
			await().until(() -> job.runs() > skipped);
		}
		assertThat(output).doesNotContain("ERROR").doesNotContain(LockNotAcquiredException.class.getSimpleName());
	}

	@Test
	void aStoreThatIsDownIsLoggedAsSuchAndTheNextTickRunsWhenItIsBack(CapturedOutput output) {
		Outage outage = new Outage(this.store);
		try (ScheduledNode node = ScheduledNode.of(outage, Frequent.class)) {
			Frequent job = node.get(Frequent.class);
			await().until(() -> job.runs() > 0);
			outage.down = true;
			await().until(() -> output.toString().contains("LockStoreException"));
			assertThat(output).contains("ERROR").contains("Unexpected error occurred in scheduled task");
			assertThat(output).doesNotContain(LockNotAcquiredException.class.getSimpleName());

			int before = job.runs();
			outage.down = false;
			await().until(() -> job.runs() > before);
		}
	}

	@Test
	void aRunThatIsLongerThanTheTtlKeepsItsLock() throws InterruptedException {
		LongRun run = new LongRun();
		try (ScheduledNode node = ScheduledNode.of(this.store, Clock.systemUTC(), Map.of(), LongRun.class, () -> run)) {
			assertThat(run.begun.await(20, TimeUnit.SECONDS)).isTrue();
			DistributedLocks elsewhere = node.get(DistributedLocks.class);
			for (int i = 0; i < 15; i++) {
				Thread.sleep(100);
				assertThat(elsewhere.tryAcquire(LockRequest.of("long"))).isEmpty();
			}
			run.mayEnd.countDown();
			assertThat(run.ended.await(20, TimeUnit.SECONDS)).isTrue();
			assertThat(run.heldAtTheEnd).isTrue();
		}
	}

	@Test
	void schedulesOfAConfigurationTakeTheLock() {
		assertRunsUnder("configuration", ClassProxies.class, ConfigurationWithSchedule.class);
	}

	@Test
	void defaultMethodsOfInterfacesTakeTheLock() {
		assertRunsUnder("default", InheritsSchedule.class);
	}

	@Test
	void theLockOfAnInterfacesMethodIsTakenForItsSchedule() {
		assertRunsUnder("contract", LockedByContract.class);
	}

	@Test
	void schedulesBehindAClassProxyTakeTheLock() {
		assertRunsUnder("contract", ClassProxies.class, LockedByContract.class);
	}

	@Test
	void inheritedSchedulesTakeTheLockOfTheBeansOwnClass() {
		assertRunsUnder(InheritsJob.class.getName() + ".tick", ClassProxies.class, InheritsJob.class);
	}

	@Test
	void schedulesOfAPrototypeTakeTheLock() {
		try (ScheduledNode node = ScheduledNode.of(this.store, Prototype.class)) {
			Prototype bean = node.get(Prototype.class);
			await().until(() -> bean.key().equals("prototype"));
		}
	}

	@Test
	void schedulesOfALazyBeanTakeTheLockOnceItIsThere() {
		try (ScheduledNode node = ScheduledNode.of(this.store, LazyJob.class)) {
			LazyJob bean = node.get(LazyJob.class);
			await().until(() -> bean.key().equals("lazy"));
		}
	}

	private void assertRunsUnder(String key, Class<?>... jobs) {
		try (ScheduledNode node = ScheduledNode.of(this.store, jobs)) {
			HasKey job = node.get(HasKey.class);
			await().until(() -> job.key().equals(key));
		}
	}

	private static Lease acquire(ScheduledNode node) {
		return node.get(DistributedLocks.class)
			.acquire(LockRequest.of("frequent").withWaitTime(Duration.ofSeconds(10)));
	}

	private static String currentKey() {
		return LockContext.current().map(Lease::key).orElse("not locked");
	}

	/** A store that can be switched off. */
	private static final class Outage implements LockStore {

		private final LockStore store;

		private volatile boolean down;

		Outage(LockStore store) {
			this.store = store;
		}

		@Override
		public AcquireResult tryAcquire(AcquireCommand command) {
			return step(() -> this.store.tryAcquire(command));
		}

		@Override
		public RenewResult renew(RenewCommand command) {
			return step(() -> this.store.renew(command));
		}

		@Override
		public ReleaseResult release(ReleaseCommand command) {
			return step(() -> this.store.release(command));
		}

		@Override
		public void close() {
			this.store.close();
		}

		private <T> T step(Supplier<T> step) {
			if (this.down) {
				throw new IllegalStateException("connection refused");
			}
			return step.get();
		}

	}

	static class AllKinds {

		private final Map<String, String> keys = new ConcurrentHashMap<>();

		public boolean ran(String name) {
			return ("kinds:" + name).equals(this.keys.get(name));
		}

		private void note(String name) {
			this.keys.put(name, currentKey());
		}

		@Scheduled(cron = "* * * * * *")
		@DistributedLock("kinds:cron")
		public void cron() {
			note("cron");
		}

		@Scheduled(fixedRate = 50)
		@DistributedLock(key = "kinds:fixedRate", minHold = "40ms")
		public void fixedRate() {
			note("fixedRate");
		}

		@Scheduled(fixedDelayString = "PT0.05S")
		@DistributedLock(key = "kinds:fixedDelay", minHold = "40ms")
		public void fixedDelay() {
			note("fixedDelay");
		}

		@Scheduled(initialDelay = 20)
		@DistributedLock("kinds:oneShot")
		public void oneShot() {
			note("oneShot");
		}

		@Scheduled(cron = "0 0 3 * * *")
		@Scheduled(fixedDelay = 50)
		@DistributedLock(key = "kinds:repeated", minHold = "40ms")
		public void repeated() {
			note("repeated");
		}

	}

	static class Frequent {

		private final AtomicInteger runs = new AtomicInteger();

		public int runs() {
			return this.runs.get();
		}

		@Scheduled(fixedDelay = 20)
		@DistributedLock(key = "frequent", minHold = "0s")
		public void tick() {
			this.runs.incrementAndGet();
		}

	}

	static class LongRun {

		private final CountDownLatch begun = new CountDownLatch(1);

		private final CountDownLatch mayEnd = new CountDownLatch(1);

		private final CountDownLatch ended = new CountDownLatch(1);

		private volatile boolean heldAtTheEnd;

		@Scheduled(fixedDelay = 60_000)
		@DistributedLock(key = "long", ttl = "600ms", minHold = "0s")
		public void run() throws InterruptedException {
			this.begun.countDown();
			assertThat(this.mayEnd.await(20, TimeUnit.SECONDS)).isTrue();
			this.heldAtTheEnd = LockContext.current().orElseThrow().isHeld();
			this.ended.countDown();
		}

	}

	interface HasKey {

		String key();

	}

	abstract static class Job implements HasKey {

		private volatile String key = "did not run";

		@Override
		public String key() {
			return this.key;
		}

		void note() {
			this.key = currentKey();
		}

	}

	@Configuration
	static class ConfigurationWithSchedule extends Job {

		@Bean
		static String something() {
			return "something";
		}

		@Scheduled(initialDelay = 10)
		@DistributedLock("configuration")
		public void tick() {
			note();
		}

	}

	interface DefaultSchedule {

		@Scheduled(initialDelay = 10)
		@DistributedLock("default")
		default void tick() {
			work();
		}

		void work();

	}

	static class InheritsSchedule extends Job implements DefaultSchedule {

		@Override
		public void work() {
			note();
		}

	}

	interface Contract extends HasKey {

		@DistributedLock("contract")
		void tick();

	}

	static class LockedByContract extends Job implements Contract {

		@Override
		@Scheduled(initialDelay = 10)
		public void tick() {
			note();
		}

	}

	abstract static class BaseJob extends Job {

		@Scheduled(initialDelay = 10)
		@DistributedLock
		public void tick() {
			note();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(proxyTargetClass = true)
	static class ClassProxies {

	}

	static class InheritsJob extends BaseJob {

	}

	@Scope(BeanDefinition.SCOPE_PROTOTYPE)
	static class Prototype {

		private volatile String key = "did not run";

		public String key() {
			return this.key;
		}

		@Scheduled(initialDelay = 10)
		@DistributedLock("prototype")
		public void tick() {
			this.key = currentKey();
		}

	}

	@Lazy
	static class LazyJob {

		private volatile String key = "did not run";

		public String key() {
			return this.key;
		}

		@Scheduled(initialDelay = 10)
		@DistributedLock("lazy")
		public void tick() {
			this.key = currentKey();
		}

	}

}
