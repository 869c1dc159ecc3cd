package io.distributedlock.engine;

import java.util.List;
import java.util.Optional;

import io.distributedlock.LockRequest;

/**
 * The transactions of the application, as far as closures have to do with them. To be
 * implemented for the framework that runs them. Thread-safe.
 */
public interface Transactions {

	/** For applications without transactions. */
	Transactions NONE = new Transactions() {

		@Override
		public Optional<RunningTransaction> running(LockRequest request) {
			return Optional.empty();
		}

		@Override
		public List<GrantedLease> waiting() {
			return List.of();
		}

	};

	/**
	 * Returns the transaction of the calling thread, in which work under a lock is about
	 * to take part. Asked before the lock is.
	 * @param request the lock
	 * @return the transaction, empty if there is none
	 * @throws RuntimeException if the lock must not be taken in this transaction; reaches
	 * the caller of the closure as it is
	 */
	Optional<RunningTransaction> running(LockRequest request);

	/**
	 * Returns the leases that wait for the completion of a transaction of the calling
	 * thread, running or suspended.
	 * @return the leases, latest first
	 */
	List<GrantedLease> waiting();

	/**
	 * A transaction that was running when a lock was asked for.
	 */
	interface RunningTransaction {

		/**
		 * Makes a lease that of the transaction too, which is committed only while the
		 * lease is held, if transactions are guarded.
		 * @param lease the lease
		 * @param release gives the lock back; to be called once, after the transaction
		 * and all that listens to its end, on any thread
		 */
		void adopt(GrantedLease lease, Runnable release);

	}

}
