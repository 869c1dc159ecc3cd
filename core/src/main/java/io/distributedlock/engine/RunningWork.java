package io.distributedlock.engine;

import java.util.concurrent.CompletableFuture;

/**
 * The closures that run under a lease, so that a shutdown can wait for their end.
 * Thread-safe.
 */
final class RunningWork {

	private int running;

	private CompletableFuture<Void> ended = CompletableFuture.completedFuture(null);

	synchronized void begin() {
		if (this.running == 0) {
			this.ended = new CompletableFuture<>();
		}
		this.running++;
	}

	void end() {
		CompletableFuture<Void> last;
		synchronized (this) {
			this.running--;
			if (this.running > 0) {
				return;
			}
			last = this.ended;
		}
		last.complete(null);
	}

	/**
	 * Returns when the work that runs now will have ended.
	 * @return completes when nothing runs; a copy, so that nobody else can complete it
	 */
	synchronized CompletableFuture<Void> ended() {
		return this.ended.copy();
	}

}
