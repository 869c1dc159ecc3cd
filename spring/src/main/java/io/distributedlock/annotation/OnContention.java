package io.distributedlock.annotation;

/**
 * What happens to a call whose lock is still held by somebody else when the wait time is
 * over. A store that fails is not contention: it is always a
 * {@link io.distributedlock.LockStoreException}.
 */
public enum OnContention {

	/**
	 * {@link #FALLBACK} if there is one, else {@link #SKIP} on {@code @Scheduled}
	 * methods, else {@link #THROW}.
	 */
	DEFAULT,

	/** A {@link io.distributedlock.LockNotAcquiredException} is thrown. */
	THROW,

	/**
	 * The method does not run, and its caller gets nothing: {@code null}, an empty
	 * {@code Optional}, a completed future or an empty publisher. Refused at startup
	 * where the method returns a primitive.
	 */
	SKIP,

	/** The method that {@link DistributedLock#fallback()} names is called instead. */
	FALLBACK

}
