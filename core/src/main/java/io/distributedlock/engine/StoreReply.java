package io.distributedlock.engine;

import java.util.Optional;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.AcquireResult;
import org.jspecify.annotations.Nullable;

/**
 * What the waiters of a key know of the store's last answer.
 */
sealed interface StoreReply {

	/**
	 * The lock is taken.
	 *
	 * @param node the node that has it, {@code null} if the store did not say
	 */
	record Taken(@Nullable String node) implements StoreReply {

		static Taken by(AcquireResult result) {
			return new Taken((result instanceof AcquireResult.Held held) ? held.node() : null);
		}

		Optional<String> holder() {
			return Optional.ofNullable(this.node);
		}

	}

	/**
	 * The store failed.
	 *
	 * @param failure how
	 */
	record Failed(LockStoreException failure) implements StoreReply {
	}

}
