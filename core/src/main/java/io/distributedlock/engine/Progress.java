package io.distributedlock.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * How far an acquisition has come.
 */
sealed interface Progress {

	record Acquired(HeldLease lease) implements Progress {
	}

	record NotAcquired(Duration waited, Optional<String> holder) implements Progress {
	}

	/**
	 * Nothing to do until the signal completes.
	 */
	record Waiting(CompletableFuture<Void> signal) implements Progress {
	}

}
