package io.distributedlock.engine;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import io.distributedlock.LockStoreException;
import io.distributedlock.time.TimeSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of a store that fails: when that begins, once a minute while it lasts, and when
 * it is over, however many steps fail. It is over when the store answers and nothing has
 * failed for some seconds: a part of a store may fail while others answer. Each failure
 * is logged at DEBUG. Thread-safe.
 */
final class OutageLog {

	private static final Logger logger = LoggerFactory.getLogger(OutageLog.class);

	private static final Duration PAUSE = Duration.ofMinutes(1);

	private static final Duration CALM = Duration.ofSeconds(5);

	private final String provider;

	private final TimeSource time;

	private final ReentrantLock mutex = new ReentrantLock();

	private volatile boolean failing;

	private long failures;

	private long began;

	private long lastFailure;

	private @Nullable Long answeredSince;

	private boolean told;

	private boolean everTold;

	private long lastTold;

	OutageLog(String provider, TimeSource time) {
		this.provider = provider;
		this.time = time;
	}

	/**
	 * A step has failed.
	 * @param what what could not be done to which lock, and what follows
	 * @param failure why
	 */
	void failed(String what, LockStoreException failure) {
		Runnable line = atomically(() -> lineAfter(what, failure));
		line.run();
	}

	/**
	 * The store has answered.
	 */
	void answered() {
		if (this.failing) {
			Runnable line = atomically(this::lineAtTheEnd);
			line.run();
		}
	}

	private Runnable lineAfter(String what, LockStoreException failure) {
		long now = this.time.nanoTime();
		if (!this.failing) {
			this.failing = true;
			this.began = now;
			this.failures = 0;
			this.told = false;
		}
		this.failures++;
		this.lastFailure = now;
		this.answeredSince = null;
		if (this.everTold && now - this.lastTold < PAUSE.toNanos()) {
			return () -> logger.debug("Failed: {}", what, failure);
		}
		boolean first = !this.told;
		this.told = true;
		this.everTold = true;
		this.lastTold = now;
		long steps = this.failures;
		return first ? () -> logger.warn("Provider '{}' fails: {}", this.provider, what, failure)
				: () -> logger.warn("Provider '{}' has been failing for {} s, in {} steps. The last one {}: {}",
						this.provider, seconds(now), steps, what, failure.getMessage());
	}

	private Runnable lineAtTheEnd() {
		long now = this.time.nanoTime();
		long since = (this.answeredSince != null) ? this.answeredSince : now;
		this.answeredSince = since;
		if (!this.failing || now - this.lastFailure < CALM.toNanos()) {
			return () -> {
			};
		}
		this.failing = false;
		long steps = this.failures;
		return this.told ? () -> logger.info("Provider '{}' answers again. It had failed for {} s, in {} steps",
				this.provider, seconds(since), steps) : () -> {
				};
	}

	private long seconds(long until) {
		return Duration.ofNanos(until - this.began).toSeconds();
	}

	private Runnable atomically(Supplier<Runnable> step) {
		this.mutex.lock();
		try {
			return step.get();
		}
		finally {
			this.mutex.unlock();
		}
	}

}
