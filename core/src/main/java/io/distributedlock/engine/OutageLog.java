package io.distributedlock.engine;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

import io.distributedlock.LockStoreException;
import io.distributedlock.time.TimeSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of a store that fails: when that begins, once a minute while it lasts, and when
 * it is over, however many steps fail. Each of them is logged at DEBUG. Thread-safe.
 */
final class OutageLog {

	private static final Logger logger = LoggerFactory.getLogger(OutageLog.class);

	private static final Duration PAUSE = Duration.ofMinutes(1);

	private final String provider;

	private final TimeSource time;

	private final ReentrantLock mutex = new ReentrantLock();

	private volatile boolean failing;

	private long failures;

	private long began;

	private boolean told;

	private boolean everTold;

	private long lastTold;

	OutageLog(String provider, TimeSource time) {
		this.provider = provider;
		this.time = time;
	}

	/**
	 * A step has failed.
	 * @param consequence what could not be done to which lock, and what follows
	 * @param failure why
	 */
	void failed(String consequence, LockStoreException failure) {
		this.mutex.lock();
		try {
			long now = this.time.nanoTime();
			if (!this.failing) {
				this.failing = true;
				this.began = now;
				this.failures = 0;
				this.told = false;
			}
			this.failures++;
			if (this.everTold && now - this.lastTold < PAUSE.toNanos()) {
				logger.debug("Failed: {}", consequence, failure);
				return;
			}
			if (this.told) {
				logger.warn("Provider '{}' has been failing for {} s, in {} steps. The last one {}: {}", this.provider,
						seconds(now), this.failures, consequence, failure.getMessage());
			}
			else {
				logger.warn("Provider '{}' fails: {}", this.provider, consequence, failure);
			}
			this.told = true;
			this.everTold = true;
			this.lastTold = now;
		}
		finally {
			this.mutex.unlock();
		}
	}

	/**
	 * The store has answered.
	 */
	void answered() {
		if (this.failing) {
			end();
		}
	}

	private void end() {
		this.mutex.lock();
		try {
			if (this.failing && this.told) {
				logger.info("Provider '{}' answers again. It had failed for {} s, in {} steps", this.provider,
						seconds(this.time.nanoTime()), this.failures);
			}
			this.failing = false;
		}
		finally {
			this.mutex.unlock();
		}
	}

	private long seconds(long now) {
		return Duration.ofNanos(now - this.began).toSeconds();
	}

}
