package io.distributedlock.benchmarks.annotation;

import java.util.concurrent.TimeUnit;

import io.distributedlock.DistributedLocks;
import io.distributedlock.LockContext;
import io.distributedlock.LockRequest;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.interceptor.LockAnnotationConfiguration;
import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.store.LockProvider;
import io.distributedlock.time.TimeSource;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/**
 * The same call under the same lock, by the annotation and by hand, with the in-memory
 * store.
 * <p>
 * Calls either take the lock, or join a lease that their thread has. The latter touches
 * neither store nor other threads, and shows what the annotation costs on a busy machine.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AnnotatedCall {

	/** Whether calls {@code take} the lock or {@code join} a lease. */
	@Param({ "take", "join" })
	public String lock = "take";

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private final LockEngine locks = LockEngine.builder()
		.provider(new LockProvider("memory", () -> new MemoryLockStore(TimeSource.system())))
		.nodeId("benchmark")
		.build();

	private final LockedOrders target = new LockedOrders();

	private @Nullable LockedOrders proxy;

	private String id = "42";

	/**
	 * Starts the application.
	 */
	@Setup
	public void start() {
		this.context.register(LockAnnotationConfiguration.class);
		this.context.registerBean(DistributedLocks.class, () -> this.locks);
		this.context.registerBean(LockedOrders.class);
		this.context.refresh();
		this.proxy = this.context.getBean(LockedOrders.class);
		if (this.lock.equals("join")) {
			LockContext.bind(this.locks.acquire(LockRequest.of("order:" + this.id)));
		}
	}

	/**
	 * Ends it.
	 */
	@TearDown
	public void stop() {
		this.context.close();
	}

	/**
	 * The call by hand.
	 * @return what it returns
	 */
	@Benchmark
	public int byHand() {
		String order = this.id;
		return this.locks.call(LockRequest.of("order:" + order), () -> this.target.capture(order));
	}

	/**
	 * The call by an annotation with a SpEL expression.
	 * @return what it returns
	 */
	@Benchmark
	public int byExpression() {
		return proxy().captureByExpression(this.id);
	}

	/**
	 * The call by an annotation with a template.
	 * @return what it returns
	 */
	@Benchmark
	public int byTemplate() {
		return proxy().captureByTemplate(this.id);
	}

	/**
	 * The call by an annotation with a literal.
	 * @return what it returns
	 */
	@Benchmark
	public int byLiteral() {
		return proxy().captureByLiteral(this.id);
	}

	/**
	 * A call of the same bean without a lock, as a measure of the machine.
	 * @return what it returns
	 */
	@Benchmark
	public int withoutLock() {
		return proxy().capture(this.id);
	}

	private LockedOrders proxy() {
		LockedOrders started = this.proxy;
		if (started == null) {
			throw new IllegalStateException("not started");
		}
		return started;
	}

}
