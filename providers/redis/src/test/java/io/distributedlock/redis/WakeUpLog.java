package io.distributedlock.redis;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * The wake-ups that came, in order.
 */
final class WakeUpLog {

	private static final long PATIENCE_SECONDS = 30;

	private final BlockingQueue<String> wakeUps = new LinkedBlockingQueue<>();

	/** Where the wake-ups of a node go. */
	Consumer<String> of(String node) {
		return (key) -> this.wakeUps.add(node + " for " + key);
	}

	/** Waits for the next wake-up. */
	@Nullable String next() throws InterruptedException {
		return this.wakeUps.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
	}

	/** Waits for a wake-up and lets others that come before pass. */
	void await(String wakeUp) throws InterruptedException {
		for (String next = next(); !wakeUp.equals(next); next = next()) {
			if (next == null) {
				throw new AssertionError("Not woken: " + wakeUp);
			}
		}
	}

	void clear() {
		this.wakeUps.clear();
	}

	boolean isEmpty() {
		return this.wakeUps.isEmpty();
	}

}
