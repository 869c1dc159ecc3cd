package io.distributedlock.engine;

import java.util.concurrent.CompletableFuture;

/**
 * The closures that run under a lease, so that a shutdown can wait for their end.
 * Thread-safe.
 */
final class RunningWork {

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	private int running;

	private boolean ending;

	/**
	 * Notes that work begins.
	 * @return {@code false} if it must not: all work has ended
	 */
	synchronized boolean begin() {
		if (hasEnded()) {
			return false;
		}
		this.running++;
		return true;
	}

	void end() {
		boolean last;
		synchronized (this) {
			this.running--;
			last = hasEnded();
		}
		if (last) {
			this.ended.complete(null);
		}
	}

	/**
	 * Lets no work begin any more from when none runs.
	 * @return completes then; a copy, so that nobody else can complete it
	 */
	CompletableFuture<Void> endAll() {
		boolean idle;
		synchronized (this) {
			this.ending = true;
			idle = hasEnded();
		}
		if (idle) {
			this.ended.complete(null);
		}
		return this.ended.copy();
	}

	private boolean hasEnded() {
		return this.ending && this.running == 0;
	}

}
