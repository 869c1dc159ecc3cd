package io.distributedlock;

import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The lock was held by somebody else for as long as the request would wait. The store
 * answered: an unreachable store is a {@link LockStoreException}.
 */
public class LockNotAcquiredException extends LockException {

	private final String key;

	private final Duration waited;

	private final @Nullable String holder;

	/**
	 * Creates the exception.
	 * @param key the logical key
	 * @param waited how long the request waited
	 * @param holder the node that held the lock, {@code null} if the store did not say
	 */
	public LockNotAcquiredException(String key, Duration waited, @Nullable String holder) {
		super("Lock '%s' was not acquired within %d ms: %s".formatted(key, waited.toMillis(),
				(holder != null) ? "it is held by node '" + holder + "'" : "it is held by another node"));
		this.key = key;
		this.waited = waited;
		this.holder = holder;
	}

	/**
	 * Returns the logical key.
	 * @return the key
	 */
	public String key() {
		return this.key;
	}

	/**
	 * Returns how long the request waited.
	 * @return the time between request and refusal
	 */
	public Duration waited() {
		return this.waited;
	}

	/**
	 * Returns the node that held the lock when the store last told.
	 * @return the node id, empty if the store did not say
	 */
	public Optional<String> holder() {
		return Optional.ofNullable(this.holder);
	}

}
