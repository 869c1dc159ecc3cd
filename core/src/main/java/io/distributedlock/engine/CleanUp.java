package io.distributedlock.engine;

import java.time.Duration;

import io.distributedlock.store.AcquireCommand;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes back what the store may hold for this node although nobody here wants it:
 * acquisitions without a known outcome, and releases that failed. Each is repeated until
 * the store confirms, or until it would have expired anyway.
 */
final class CleanUp {

	private static final Logger logger = LoggerFactory.getLogger(CleanUp.class);

	private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

	private final LockSpace space;

	CleanUp(LockSpace space) {
		this.space = space;
	}

	/**
	 * Takes back an acquisition that may still be on its way to the store. A first "not
	 * found" proves nothing: it may arrive later, within the store timeout.
	 * @param command the acquisition
	 */
	void abandon(AcquireCommand command) {
		Duration bound = command.ttl().plus(this.space.storeTimeout());
		repeat(command.key(), this.space.time().nanoTime() + bound.toNanos(), FIRST_PAUSE,
				(remaining) -> this.space.store().abandon(command.key(), command.owner(), remaining));
	}

	/**
	 * Takes back a grant that nobody here wants, once and on this thread: for a grant
	 * that came when this node shut down.
	 * @param command the acquisition
	 */
	void abandonNow(AcquireCommand command) {
		// clients abort commands of interrupted threads
		boolean interrupted = Thread.interrupted();
		try {
			this.space.store().abandon(command.key(), command.owner(), this.space.storeTimeout());
		}
		catch (RuntimeException ex) {
			logger.debug("Lock '{}' of provider '{}' was not given back at shutdown; it expires", command.key(),
					this.space.name(), ex);
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/**
	 * Releases a grant that no holder needs any more.
	 * @param storeKey the lock
	 * @param expires when the store ends the grant by itself, by the monotonic clock
	 * @param release sends the release
	 */
	void release(String storeKey, long expires, Runnable release) {
		repeat(storeKey, expires, Duration.ZERO, (remaining) -> {
			release.run();
			return true;
		});
	}

	private void repeat(String storeKey, long until, Duration pause, Step step) {
		this.space.threads().storeWork().execute(() -> attempt(storeKey, until, pause, step));
	}

	private void attempt(String storeKey, long until, Duration pause, Step step) {
		long remaining = until - this.space.time().nanoTime();
		if (remaining <= 0 || this.space.isShutDown()) {
			return;
		}
		try {
			if (step.isDone(Duration.ofNanos(remaining))) {
				this.space.queues().with(storeKey, LocalQueue::wakeHead);
				return;
			}
		}
		catch (RuntimeException | Error ex) {
			logger.debug("Clean-up of lock '{}' of provider '{}' failed, {} ms left", storeKey, this.space.name(),
					Duration.ofNanos(remaining).toMillis(), ex);
		}
		Duration next = pause.isZero() ? FIRST_PAUSE : shorter(pause.multipliedBy(2), LONGEST_PAUSE);
		Duration delay = shorter(pause.isZero() ? FIRST_PAUSE : pause, Duration.ofNanos(remaining));
		this.space.threads().schedule(delay, () -> repeat(storeKey, until, next, step));
	}

	private static Duration shorter(Duration one, Duration other) {
		return (one.compareTo(other) < 0) ? one : other;
	}

	@FunctionalInterface
	private interface Step {

		boolean isDone(Duration remaining);

	}

}
