package io.distributedlock.engine;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

import io.distributedlock.LockDurations;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.Purging;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a store forget unused locks once per interval, on one node: the node that takes the
 * turn holds a lock of that store meanwhile, and leaves it taken until the next purge is
 * due. Each call is a task of its own among the other store work. A purge that fails or
 * loses its lock ends; the next one goes on.
 */
final class Purges {

	/** No lock of a user: their keys have no control characters. */
	static final String KEY = "\u0001purge";

	private static final Logger logger = LoggerFactory.getLogger(Purges.class);

	private static final Duration TTL = Duration.ofMinutes(1);

	private static final int FAILURES_TO_WARN_OF = 2;

	private final LockSpace space;

	private final Purging purging;

	private final Duration interval;

	private int failuresInARow;

	Purges(LockSpace space, Purging purging) {
		this.space = space;
		this.purging = purging;
		this.interval = LockDurations.positive("purgeInterval", purging.purgeInterval());
	}

	void start() {
		schedule(this.interval);
	}

	private void schedule(Duration pause) {
		long jitter = ThreadLocalRandom.current().nextLong(this.interval.toNanos() / 10 + 1);
		this.space.threads().schedule(pause.plusNanos(jitter), () -> inBackground(this::takeTurn));
	}

	private void inBackground(Runnable task) {
		this.space.threads().storeWork().execute(() -> {
			if (!this.space.isShutDown()) {
				task.run();
			}
		});
	}

	private void takeTurn() {
		Duration pause = this.interval;
		try {
			Turn turn = new Turn();
			AcquireResult result = turn.begin();
			if (result instanceof AcquireResult.Granted) {
				inBackground(() -> purge(turn));
				return;
			}
			if (result instanceof AcquireResult.Held held && held.remaining().compareTo(pause) < 0) {
				pause = held.remaining();
			}
		}
		catch (RuntimeException | Error ex) {
			failed(ex);
		}
		schedule(pause);
	}

	private void purge(Turn turn) {
		try {
			if (turn.goesOn() && this.purging.purgeSome()) {
				inBackground(() -> purge(turn));
				return;
			}
			this.failuresInARow = 0;
		}
		catch (RuntimeException | Error ex) {
			failed(ex);
		}
		turn.end();
		schedule(this.interval);
	}

	private long now() {
		return this.space.time().nanoTime();
	}

	private void failed(Throwable failure) {
		this.failuresInARow++;
		if (this.failuresInARow == FAILURES_TO_WARN_OF) {
			logger.warn("Unused locks of provider '{}' pile up: they could not be purged {} times in a row",
					this.space.name(), FAILURES_TO_WARN_OF, failure);
		}
		else {
			logger.debug("Unused locks of provider '{}' could not be purged; the next try is in {} s",
					this.space.name(), this.interval.toSeconds(), failure);
		}
	}

	/**
	 * This node's right to purge.
	 */
	private final class Turn {

		private final String owner = UUID.randomUUID().toString();

		private long prolonged = now();

		AcquireResult begin() {
			return Purges.this.space.store()
				.tryAcquire(new AcquireCommand(KEY, this.owner, Purges.this.space.node(), TTL));
		}

		/** Tells whether the lock is still held, and renews it in time. */
		boolean goesOn() {
			long now = now();
			if (now - this.prolonged < TTL.dividedBy(3).toNanos()) {
				return true;
			}
			RenewResult result = Purges.this.space.store().renew(new RenewCommand(KEY, this.owner, TTL));
			if (result == RenewResult.RENEWED) {
				this.prolonged = now;
				return true;
			}
			return result == RenewResult.BUSY && now - Deadlines.of(this.prolonged, TTL) < 0;
		}

		void end() {
			try {
				Purges.this.space.store().release(new ReleaseCommand(KEY, this.owner, Purges.this.interval));
			}
			catch (RuntimeException | Error ex) {
				logger.debug("The purge of provider '{}' did not end in the store; its lock expires",
						Purges.this.space.name(), ex);
			}
		}

	}

}
