package io.distributedlock;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

/**
 * Takes locks that exclude other threads and other nodes. Thread-safe.
 * <p>
 * At most one lease per key is in force, as far as the store guarantees it: a lock is a
 * traffic signal, and {@link Lease#fencingToken() the fencing token} is the guardrail
 * where a violation would do damage.
 * <p>
 * Every method that acquires waits no longer than the request's {@code waitTime} plus the
 * store timeout. It throws
 * <ul>
 * <li>{@link LockStoreException} if the store fails or does not answer,
 * <li>{@link LockInterruptedException} if the calling thread is interrupted,
 * <li>{@link LockShutdownException} if this node shuts down,
 * <li>{@link InvalidLockKeyException} if the key with its prefix is too long, and
 * <li>{@link IllegalArgumentException} if the request's provider is unknown or its
 * options contradict each other or the configured defaults.
 * </ul>
 * {@code acquire} twice is two acquisitions, even on one thread. The closures
 * ({@code run}, {@code call} and their {@code try} forms) are reentrant: entered again on
 * the same call path for the same provider and key they join the outer lease, and the
 * inner request's options are ignored. Called inside a transaction, they release the lock
 * after its completion, see {@link Release}, and what the same thread locks until then
 * with the same provider and key joins too.
 */
public interface DistributedLocks {

	/**
	 * Acquires the lock, waiting up to the request's {@code waitTime}.
	 * @param request what to lock and for how long
	 * @return the lease, to be closed by the caller
	 * @throws LockNotAcquiredException if the lock stayed held by somebody else
	 */
	Lease acquire(LockRequest request);

	/**
	 * Acquires the lock, waiting up to the request's {@code waitTime}.
	 * @param request what to lock and for how long
	 * @return the lease, to be closed by the caller; empty if the lock stayed held by
	 * somebody else
	 */
	Optional<Lease> tryAcquire(LockRequest request);

	/**
	 * Acquires the lock without ever blocking the caller. What depends on the result
	 * without naming an executor runs on a thread of its own.
	 * @param request what to lock and for how long
	 * @return completes with the lease, to be closed by whoever receives it, or with what
	 * {@link #acquire} throws
	 */
	CompletionStage<Lease> acquireAsync(LockRequest request);

	/**
	 * Runs the action under the lock and releases it in every case. The lease is
	 * {@link LockContext#current()} meanwhile.
	 * @param request what to lock and for how long
	 * @param action the work
	 * @throws LockNotAcquiredException if the lock stayed held by somebody else
	 * @throws LeaseLostException if the lease was lost while the action ran, unless
	 * {@link OnLeaseLost#IGNORE}
	 */
	void run(LockRequest request, Runnable action);

	/**
	 * Calls the action under the lock and releases it in every case. The lease is
	 * {@link LockContext#current()} meanwhile.
	 * @param <T> the result's type
	 * @param <E> the checked exception the action may throw
	 * @param request what to lock and for how long
	 * @param action the work
	 * @return what the action returns
	 * @throws E what the action throws, with an exception of ours added as suppressed
	 * @throws LockNotAcquiredException if the lock stayed held by somebody else
	 * @throws LeaseLostException if the lease was lost while the action ran, unless
	 * {@link OnLeaseLost#IGNORE}
	 */
	<T extends @Nullable Object, E extends Exception> T call(LockRequest request, LockedCallable<T, E> action) throws E;

	/**
	 * As {@link #run}, but reports contention by its result.
	 * @param request what to lock and for how long
	 * @param action the work
	 * @return {@code false} if the lock stayed held by somebody else and the action did
	 * not run
	 * @throws LeaseLostException if the lease was lost while the action ran, unless
	 * {@link OnLeaseLost#IGNORE}
	 */
	boolean tryRun(LockRequest request, Runnable action);

	/**
	 * As {@link #call}, but reports contention by its result.
	 * @param <T> the result's type
	 * @param <E> the checked exception the action may throw
	 * @param request what to lock and for how long
	 * @param action the work; must not return {@code null}
	 * @return what the action returns; empty if the lock stayed held by somebody else and
	 * the action did not run
	 * @throws E what the action throws, with an exception of ours added as suppressed
	 * @throws LeaseLostException if the lease was lost while the action ran, unless
	 * {@link OnLeaseLost#IGNORE}
	 * @throws NullPointerException after the release, if the action returned {@code null}
	 */
	<T, E extends Exception> Optional<T> tryCall(LockRequest request, LockedCallable<T, E> action) throws E;

	/**
	 * Calls asynchronous work under the lock and releases it when the stage that the
	 * action returns is completed, whether by a result or an exception. Never blocks the
	 * caller: the action runs on a thread kept for such work, with the lease as
	 * {@link LockContext#current()} until it returns; whoever continues the stage reads
	 * the lease before. Called on a call path that has the lock, it joins that lease and
	 * runs the action at once; the outer work has to wait for it, as it releases the lock
	 * when it ends itself.
	 * <p>
	 * A transaction of the caller is not that of the work: a lease that waits for it is
	 * not joined. {@link OnLeaseLost#INTERRUPT} is {@link OnLeaseLost#THROW} here.
	 * @param <T> the result's type
	 * @param request what to lock and for how long
	 * @param action starts the work; must not return {@code null}
	 * @return completes after the release, with the work's result, or with what
	 * {@link #call} throws; exceptions of the work are as its stage gives them. Cancelled
	 * or otherwise completed by the caller, it gives up the acquisition, or else cancels
	 * the work's stage, and the lock is released once that is completed
	 */
	<T extends @Nullable Object> CompletionStage<T> callAsync(LockRequest request,
			LockedCallable<? extends CompletionStage<T>, ? extends Exception> action);

	/**
	 * Asks the configured provider's store who holds a lock now.
	 * @param key the logical key
	 * @return the holder, empty if the lock is free
	 * @throws LockStoreException if the store fails
	 * @throws UnsupportedOperationException if the store cannot tell
	 */
	Optional<LockInfo> find(String key);

	/**
	 * Lists held locks of the configured provider's store, of every node that shares its
	 * key prefix.
	 * @param limit the largest number of locks to list, at least 1
	 * @return the held locks, in no particular order
	 * @throws LockStoreException if the store fails
	 * @throws UnsupportedOperationException if the store cannot tell
	 */
	List<LockInfo> held(int limit);

	/**
	 * Takes a lock away from whoever holds it. For administration: the holder learns of
	 * it at its next renewal at the latest and may still be working. The next grant gets
	 * a higher fencing token all the same.
	 * @param key the logical key
	 * @return {@code false} if the lock was free
	 * @throws LockStoreException if the store fails
	 * @throws UnsupportedOperationException if the store cannot do it
	 */
	boolean forceRelease(String key);

}
