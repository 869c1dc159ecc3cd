package io.distributedlock.engine;

import java.util.Optional;

import io.distributedlock.LeaseLostException;
import io.distributedlock.LeaseLostException.WorkCommitted;
import io.distributedlock.LockContext;
import io.distributedlock.LockShutdownException;
import io.distributedlock.LockedCallable;
import io.distributedlock.OnLeaseLost;
import org.jspecify.annotations.Nullable;

/**
 * Runs work under a lease and gives the lease back in every case.
 */
final class LockedWork {

	private final HeldLease lease;

	private final OnLeaseLost onLeaseLost;

	private final RunningWork running;

	LockedWork(HeldLease lease, OnLeaseLost onLeaseLost, RunningWork running) {
		this.lease = lease;
		this.onLeaseLost = onLeaseLost;
		this.running = running;
	}

	<T extends @Nullable Object, E extends Exception> T call(LockedCallable<T, E> action) throws E {
		if (!this.running.begin()) {
			this.lease.close();
			throw new LockShutdownException(this.lease.key());
		}
		try {
			return callAndRelease(action);
		}
		finally {
			this.running.end();
		}
	}

	private <T extends @Nullable Object, E extends Exception> T callAndRelease(LockedCallable<T, E> action) throws E {
		T result;
		try {
			result = (this.onLeaseLost == OnLeaseLost.INTERRUPT) ? callInterruptibly(action) : callBound(action);
		}
		catch (Throwable ex) {
			end().ifPresent(ex::addSuppressed);
			throw ex;
		}
		Optional<LeaseLostException> loss = end();
		if (loss.isPresent()) {
			throw loss.get();
		}
		return result;
	}

	/**
	 * Runs work that joins the lease of an outer closure, which releases it.
	 */
	static <T extends @Nullable Object, E extends Exception> T join(HeldLease outer, LockedCallable<T, E> action)
			throws E {
		outer.ensureHeld();
		try (LockContext.Scope scope = LockContext.bind(outer)) {
			return action.call();
		}
	}

	private <T extends @Nullable Object, E extends Exception> T callInterruptibly(LockedCallable<T, E> action)
			throws E {
		InterruptGate gate = InterruptGate.open(this.lease);
		try {
			return callBound(action);
		}
		finally {
			gate.close();
		}
	}

	private <T extends @Nullable Object, E extends Exception> T callBound(LockedCallable<T, E> action) throws E {
		try (LockContext.Scope scope = LockContext.bind(this.lease)) {
			return action.call();
		}
	}

	private Optional<LeaseLostException> end() {
		this.lease.close();
		return this.lease.loss()
			.filter((loss) -> this.onLeaseLost != OnLeaseLost.IGNORE)
			.map((loss) -> new LeaseLostException(loss, WorkCommitted.UNKNOWN));
	}

}
