package io.distributedlock.benchmarks.listener;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.distributedlock.AcquisitionOutcome;
import io.distributedlock.Lease;
import io.distributedlock.LockAttempt;
import io.distributedlock.LockListener;
import io.distributedlock.LockRequest;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.metrics.LockMeters;
import io.distributedlock.metrics.LockNames;
import io.distributedlock.observation.LockMeterObservationHandler;
import io.distributedlock.observation.LockObservations;
import io.distributedlock.statistics.LockStatistics;
import io.distributedlock.store.LockProvider;
import io.distributedlock.time.TimeSource;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * An acquisition and its release, with the in-memory store, and who is told of them.
 * <p>
 * Either an engine takes and releases the lock, or the listener is told as an engine
 * would. The latter touches neither store nor other threads, and shows what the listener
 * costs on a busy machine.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ListenedLock {

	private static final LockRequest REQUEST = LockRequest.of("order:42").withName("orders");

	private static final Duration WAITED = Duration.ofNanos(1_500);

	/** Whether to {@code take} the lock or only {@code tell} of it. */
	@Param({ "take", "tell" })
	public String lock = "take";

	private final Path nobody = new Path(new LockListener() {
	});

	private final Path meters = new Path(new LockMeters(new SimpleMeterRegistry(), new LockNames()));

	private final Path statistics = new Path(new LockStatistics(new LockNames(), Clock.SYSTEM));

	private final Path unobserved = new Path(
			new LockObservations(ObservationRegistry.NOOP, new LockNames(), null, null));

	private final Path observedInVain = new Path(new LockObservations(inVain(), new LockNames(), null, null));

	/**
	 * Ends the engines.
	 */
	@TearDown
	public void stop() {
		this.nobody.close();
		this.meters.close();
		this.statistics.close();
		this.unobserved.close();
		this.observedInVain.close();
	}

	/** With a listener that does nothing. */
	@Benchmark
	public void nobody() {
		turn(this.nobody);
	}

	/** With meters in a simple registry. */
	@Benchmark
	public void meters() {
		turn(this.meters);
	}

	/** With statistics. */
	@Benchmark
	public void statistics() {
		turn(this.statistics);
	}

	/** With observations and a registry that does nothing. */
	@Benchmark
	public void unobserved() {
		turn(this.unobserved);
	}

	/** With observations that have meters switched off, and no traces. */
	@Benchmark
	public void observedInVain() {
		turn(this.observedInVain);
	}

	private void turn(Path path) {
		if (this.lock.equals("take")) {
			path.take();
		}
		else {
			path.tell();
		}
	}

	private static ObservationRegistry inVain() {
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(new LockMeterObservationHandler());
		return registry;
	}

	private static final class Path {

		private final LockListener listener;

		private final LockEngine locks;

		private final Lease held;

		private Path(LockListener listener) {
			MemoryLockStore store = new MemoryLockStore(TimeSource.system());
			this.listener = listener;
			this.locks = LockEngine.builder()
				.provider(new LockProvider("memory", () -> store))
				.nodeId("benchmark")
				.listener(listener)
				.build();
			this.held = this.locks.acquire(LockRequest.of("held").withName("orders"));
		}

		private void close() {
			this.held.close();
			this.locks.close();
		}

		private void take() {
			this.locks.acquire(REQUEST).close();
		}

		private void tell() {
			LockAttempt attempt = new LockAttempt("held", "orders", "memory");
			this.listener.acquisitionBegun(attempt);
			this.listener.acquired(this.held, WAITED);
			this.listener.acquisitionEnded(attempt, AcquisitionOutcome.ACQUIRED, WAITED);
			this.listener.released(this.held, WAITED);
		}

	}

}
