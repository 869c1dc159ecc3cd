package io.distributedlock.engine;

import java.util.Optional;

import io.distributedlock.LeaseLostException;
import io.distributedlock.LeaseLostException.WorkCommitted;
import io.distributedlock.LockContext;
import io.distributedlock.LockShutdownException;
import io.distributedlock.LockedCallable;
import io.distributedlock.OnLeaseLost;
import io.distributedlock.engine.Transactions.RunningTransaction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work under a lease that is given back in every case: when the work ends, or after the
 * transaction in which it takes part.
 */
final class LockedWork {

	private static final Logger logger = LoggerFactory.getLogger(LockedWork.class);

	private final HeldLease lease;

	private final OnLeaseLost onLeaseLost;

	private final RunningWork running;

	LockedWork(HeldLease lease, OnLeaseLost onLeaseLost, RunningWork running) {
		this.lease = lease;
		this.onLeaseLost = onLeaseLost;
		this.running = running;
	}

	/**
	 * Calls an action and gives the lease back.
	 */
	<T extends @Nullable Object, E extends Exception> T call(LockedCallable<T, E> action) throws E {
		begin();
		return callAnd(this::release, action);
	}

	/**
	 * Calls an action and leaves the lease to a transaction.
	 */
	<T extends @Nullable Object, E extends Exception> T call(RunningTransaction transaction,
			LockedCallable<T, E> action) throws E {
		begin();
		try {
			transaction.adopt(this.lease, this::release);
		}
		catch (Throwable ex) {
			release();
			throw ex;
		}
		return callAnd(() -> {
		}, action);
	}

	/**
	 * Runs work that joins the lease of an outer closure, which releases it.
	 */
	static <T extends @Nullable Object, E extends Exception> T join(HeldLease outer, LockedCallable<T, E> action)
			throws E {
		outer.ensureHeld();
		return callBound(outer, action);
	}

	/**
	 * Begins the work; to be followed by {@link #release()}.
	 * @throws LockShutdownException if no work may begin any more; the lease is closed
	 */
	void begin() {
		if (!this.running.begin()) {
			this.lease.close();
			throw new LockShutdownException(this.lease.key());
		}
	}

	/**
	 * Gives the lock back and ends the work.
	 */
	void release() {
		try {
			this.lease.close();
		}
		finally {
			this.running.end();
		}
	}

	/**
	 * Returns what the loss of the lease means for the work that has ended.
	 * @return the exception to end with, empty if the lease was not lost or that does not
	 * matter
	 */
	Optional<LeaseLostException> failure() {
		return this.lease.loss()
			.filter((loss) -> this.onLeaseLost != OnLeaseLost.IGNORE)
			.map((loss) -> new LeaseLostException(loss, this.lease.workCommitted()))
			.filter((failure) -> !isCommitted(failure));
	}

	private boolean isCommitted(LeaseLostException failure) {
		if (failure.workCommitted() != WorkCommitted.YES) {
			return false;
		}
		logger.warn(
				"Lock '{}' ({}) of provider '{}' with fencing token {} was lost ({}) after the work's transaction "
						+ "was committed under it: the work is not failed",
				this.lease.key(), this.lease.name(), this.lease.provider(), this.lease.fencingToken(),
				failure.reason());
		return true;
	}

	private <T extends @Nullable Object, E extends Exception> T callAnd(Runnable release, LockedCallable<T, E> action)
			throws E {
		T result;
		try {
			result = (this.onLeaseLost == OnLeaseLost.INTERRUPT) ? callInterruptibly(action)
					: callBound(this.lease, action);
		}
		catch (Throwable ex) {
			release.run();
			addLossTo(ex);
			throw ex;
		}
		release.run();
		Optional<LeaseLostException> failure = failure();
		if (failure.isPresent()) {
			throw failure.get();
		}
		return result;
	}

	/**
	 * Adds the loss of the lease, if it matters, to an exception of the work.
	 */
	void addLossTo(Throwable thrown) {
		failure().filter((loss) -> !tellsLoss(thrown)).ifPresent(thrown::addSuppressed);
	}

	/** A guarded transaction, or the work itself, may have found out. */
	private boolean tellsLoss(Throwable thrown) {
		return thrown instanceof LeaseLostException told && told.loss().equals(this.lease.loss().orElse(null));
	}

	private <T extends @Nullable Object, E extends Exception> T callInterruptibly(LockedCallable<T, E> action)
			throws E {
		InterruptGate gate = InterruptGate.open(this.lease);
		try {
			return callBound(this.lease, action);
		}
		finally {
			gate.close();
		}
	}

	private static <T extends @Nullable Object, E extends Exception> T callBound(HeldLease lease,
			LockedCallable<T, E> action) throws E {
		try (LockContext.Scope scope = LockContext.bind(lease)) {
			return action.call();
		}
	}

}
