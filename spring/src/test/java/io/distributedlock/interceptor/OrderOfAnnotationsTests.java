package io.distributedlock.interceptor;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.distributedlock.DistributedLocks;
import io.distributedlock.Lease;
import io.distributedlock.LockAttempt;
import io.distributedlock.LockContext;
import io.distributedlock.LockListener;
import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.LockRequest;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.store.LockProvider;
import io.distributedlock.time.TimeSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.Test;

import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.resilience.annotation.ConcurrencyLimit;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What runs outside the lock and what inside, whatever the order in which an application
 * switches things on.
 */
@Timeout(60)
@ParameterizedClass
@ValueSource(classes = { OrderOfAnnotationsTests.OneWay.class, OrderOfAnnotationsTests.TheOtherWay.class })
class OrderOfAnnotationsTests {

	private final LockedContext context;

	private final Orders orders;

	private final List<String> events;

	OrderOfAnnotationsTests(Class<?> application) {
		this.context = LockedContext.of((beans) -> {
			beans.registerBean(DistributedLocks.class, () -> engine(beans.getBean(Events.class)));
			beans.register(application);
		});
		this.orders = this.context.get(Orders.class);
		this.events = this.context.get(Events.class).list();
	}

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void eachRetryTakesTheLockAnew() {
		this.orders.captureAtTheSecondAttempt();

		assertThat(this.events).containsExactly("acquired", "run", "released", "acquired", "run", "released");
	}

	@Test
	void aLockThatIsHeldElsewhereIsAReasonToRetry() {
		Lease elsewhere = this.context.get(DistributedLocks.class).acquire(LockRequest.of("orders"));
		assertThatExceptionOfType(LockNotAcquiredException.class).isThrownBy(this.orders::captureAtTheSecondAttempt);
		elsewhere.close();

		assertThat(this.events).containsExactly("acquired", "contended", "contended", "released");
	}

	@Test
	void whoIsOneTooManyWaitsBeforeItAsksForTheLock() throws Exception {
		CountDownLatch inside = new CountDownLatch(1);
		CountDownLatch mayEnd = new CountDownLatch(1);
		CompletableFuture<Void> first = CompletableFuture.runAsync(() -> this.orders.captureOneByOne(() -> {
			inside.countDown();
			assertThat(mayEnd.await(20, TimeUnit.SECONDS)).isTrue();
			return null;
		}));
		assertThat(inside.await(20, TimeUnit.SECONDS)).isTrue();
		CountDownLatch asked = new CountDownLatch(1);
		CompletableFuture<Void> second = CompletableFuture.runAsync(() -> {
			asked.countDown();
			this.orders.captureOneByOne(() -> null);
		});
		assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
		Thread.sleep(100);
		mayEnd.countDown();
		first.get(20, TimeUnit.SECONDS);
		second.get(20, TimeUnit.SECONDS);

		assertThat(this.events).containsExactly("acquired", "released", "acquired", "released");
	}

	@Test
	void aResultFromTheCacheTakesTheLockToo() {
		assertThat(this.orders.load()).isEqualTo("loaded");
		assertThat(this.orders.load()).isEqualTo("loaded");

		assertThat(this.events).containsExactly("acquired", "run", "released", "acquired", "released");
	}

	@Test
	void whatAFallbackReturnsIsNotCached() {
		try (Lease elsewhere = this.context.get(DistributedLocks.class).acquire(LockRequest.of("orders"))) {
			assertThat(this.orders.load()).isEqualTo("nothing");
			assertThat(elsewhere.isHeld()).isTrue();
		}

		assertThat(this.orders.load()).isEqualTo("loaded");
	}

	@Test
	void theTransactionBeginsAndEndsUnderTheLock() {
		this.orders.captureInATransaction();

		assertThat(this.events).containsExactly("acquired", "begin", "run", "commit", "released");
	}

	@Test
	void eachRetryHasItsLockAndItsTransaction() {
		this.orders.captureAtTheSecondTransaction();

		assertThat(this.events).containsExactly("acquired", "begin", "run", "rollback", "released", "acquired", "begin",
				"run", "commit", "released");
	}

	@Test
	void anAsynchronousMethodTakesTheLockOnItsOwnThread() throws Exception {
		String thread = this.orders.captureLater().get(20, TimeUnit.SECONDS);

		assertThat(thread).isNotEqualTo(Thread.currentThread().getName());
		assertThat(this.events).startsWith("acquired", "run");
		assertThat(this.context.get(Events.class).threads()).containsOnly(thread);
	}

	private static LockEngine engine(Events events) {
		return LockEngine.builder()
			.provider(new LockProvider("memory", () -> new MemoryLockStore(TimeSource.system())))
			.nodeId("node")
			.listener(events)
			.build();
	}

	/** What happened, in order, and on which threads locks were asked for. */
	record Events(List<String> list, List<String> threads) implements LockListener {

		@Override
		public void acquired(Lease lease, Duration waited) {
			this.list.add("acquired");
			this.threads.add(Thread.currentThread().getName());
		}

		@Override
		public void contended(LockAttempt attempt) {
			this.list.add("contended");
		}

		@Override
		public void released(Lease lease, Duration held) {
			this.list.add("released");
		}

	}

	static class Orders {

		private final Events events;

		private final AtomicInteger attempts = new AtomicInteger();

		Orders(Events events) {
			this.events = events;
		}

		@Retryable(maxRetries = 1, delay = 1)
		@DistributedLock("orders")
		public void captureAtTheSecondAttempt() {
			run();
			failOnce();
		}

		@ConcurrencyLimit(1)
		@DistributedLock("orders")
		public void captureOneByOne(Work work) {
			work.run();
		}

		@Cacheable("orders")
		@DistributedLock(key = "orders", fallback = "loadNothing")
		public String load() {
			run();
			return "loaded";
		}

		String loadNothing() {
			return "nothing";
		}

		@Transactional
		@DistributedLock("orders")
		public void captureInATransaction() {
			run();
		}

		@Transactional
		@Retryable(maxRetries = 1, delay = 1)
		@DistributedLock("orders")
		public void captureAtTheSecondTransaction() {
			run();
			failOnce();
		}

		@Async
		@DistributedLock("orders")
		public CompletableFuture<String> captureLater() {
			run();
			return CompletableFuture.completedFuture(Thread.currentThread().getName());
		}

		private void run() {
			assertThat(LockContext.current().orElseThrow().isHeld()).isTrue();
			this.events.list().add("run");
		}

		private void failOnce() {
			if (this.attempts.incrementAndGet() == 1) {
				throw new IllegalStateException("try again");
			}
		}

	}

	@FunctionalInterface
	interface Work extends Callable<Void> {

		default void run() {
			try {
				call();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	@EnableResilientMethods
	@EnableCaching
	@EnableTransactionManagement
	static class OneWay extends Beans {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement
	@EnableCaching
	@EnableResilientMethods
	@EnableAsync
	static class TheOtherWay extends Beans {

	}

	static class Beans {

		@Bean
		static Events events() {
			return new Events(new CopyOnWriteArrayList<>(), new CopyOnWriteArrayList<>());
		}

		@Bean
		static Orders orders(Events events) {
			return new Orders(events);
		}

		@Bean
		static CacheManager cacheManager() {
			return new ConcurrentMapCacheManager();
		}

		@Bean
		static NotedTransactions transactions(Events events) {
			return new NotedTransactions(events);
		}

	}

	static class NotedTransactions extends AbstractPlatformTransactionManager {

		private final transient Events events;

		NotedTransactions(Events events) {
			this.events = events;
		}

		@Override
		protected Object doGetTransaction() {
			return this;
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
			this.events.list().add("begin");
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
			this.events.list().add("commit");
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
			this.events.list().add("rollback");
		}

	}

}
