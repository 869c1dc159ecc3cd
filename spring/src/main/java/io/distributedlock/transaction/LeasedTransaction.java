package io.distributedlock.transaction;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.distributedlock.LeaseLost;
import io.distributedlock.LeaseLostException;
import io.distributedlock.engine.GrantedLease;
import io.distributedlock.engine.TransactionOutcome;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * A transaction that works under leases: it checks them before it is committed, tells
 * them how it ended, and gives those back that wait for its end. Bound to the thread of
 * the transaction while that is not suspended.
 */
final class LeasedTransaction implements TransactionSynchronization {

	private static final Logger logger = LoggerFactory.getLogger(LeasedTransaction.class);

	private final Object resourceKey;

	private final Set<GrantedLease> leases = new LinkedHashSet<>();

	private final List<LeaseHold> holds = new ArrayList<>(1);

	private final List<Runnable> releases = new ArrayList<>(1);

	private boolean releasedByLast;

	private volatile boolean completed;

	private LeasedTransaction(Object resourceKey) {
		this.resourceKey = resourceKey;
	}

	/**
	 * Returns the calling thread's transaction.
	 * @param resourceKey under which it is bound
	 * @return the transaction; {@code null} if none works under leases
	 */
	static @Nullable LeasedTransaction current(Object resourceKey) {
		return (LeasedTransaction) TransactionSynchronizationManager.getResource(resourceKey);
	}

	/**
	 * Makes the calling thread's transaction one that works under leases.
	 */
	static LeasedTransaction join(Object resourceKey) {
		LeasedTransaction current = current(resourceKey);
		if (current == null || current.completed) {
			// one of JTA may have been completed by another thread
			TransactionSynchronizationManager.unbindResourceIfPossible(resourceKey);
			current = new LeasedTransaction(resourceKey);
			TransactionSynchronizationManager.registerSynchronization(current);
			TransactionSynchronizationManager.bindResource(resourceKey, current);
		}
		return current;
	}

	void add(Collection<GrantedLease> leases) {
		this.leases.addAll(leases);
	}

	void releaseAfterCompletion(Runnable release) {
		this.releases.add(release);
	}

	/**
	 * Checks the leases right before the commit.
	 * @throws LeaseLostException if one is lost
	 * @throws IllegalStateException if one is closed: the transaction outlives its lock
	 */
	void check() {
		for (GrantedLease lease : this.leases) {
			if (!lease.isHeld()) {
				throw lease.loss()
					.<RuntimeException>map((loss) -> lost(lease, loss))
					.orElseGet(() -> new IllegalStateException(
							"Lock '%s' was given back before the transaction that works under it ended: it is rolled back"
								.formatted(lease.key())));
			}
		}
	}

	/**
	 * Returns what a transaction ends with that is not committed, as a lease is lost. It
	 * may not be the first under that lease.
	 */
	static LeaseLostException lost(GrantedLease lease, LeaseLost loss) {
		lease.transactionEnded(TransactionOutcome.ROLLED_BACK);
		return new LeaseLostException(loss, lease.workCommitted());
	}

	/**
	 * Keeps the leases in force until the transaction ends.
	 */
	void hold(LeaseGuard guard) {
		this.holds.add(guard.hold(List.copyOf(this.leases)));
	}

	@Override
	public void suspend() {
		TransactionSynchronizationManager.unbindResource(this.resourceKey);
	}

	@Override
	public void resume() {
		TransactionSynchronizationManager.bindResource(this.resourceKey, this);
	}

	/**
	 * Releases after everybody else who waits for the completion, listeners to events of
	 * the transaction included: what registers last is called last.
	 */
	@Override
	public void beforeCompletion() {
		if (!this.releases.isEmpty()) {
			this.releasedByLast = true;
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void afterCompletion(int status) {
					release();
				}

			});
		}
	}

	@Override
	public void afterCompletion(int status) {
		this.completed = true;
		TransactionSynchronizationManager.unbindResourceIfPossible(this.resourceKey);
		if (!TransactionSynchronizationManager.isCurrentTransactionReadOnly()) {
			this.leases.forEach((lease) -> lease.transactionEnded(outcome(lease, status)));
		}
		for (LeaseHold hold : this.holds) {
			try {
				hold.afterCompletion().run();
			}
			catch (RuntimeException ex) {
				logger.warn("What a guard of a transaction had changed could not be restored", ex);
			}
		}
		if (!this.releasedByLast) {
			release();
		}
	}

	private TransactionOutcome outcome(GrantedLease lease, int status) {
		if (status == STATUS_ROLLED_BACK) {
			return TransactionOutcome.ROLLED_BACK;
		}
		if (status != STATUS_COMMITTED) {
			return TransactionOutcome.IN_DOUBT;
		}
		if (isHeldToTheEnd(lease)) {
			return TransactionOutcome.COMMITTED_UNDER_THE_LEASE;
		}
		return lease.isHeld() ? TransactionOutcome.COMMITTED_BEFORE_THE_LOSS : TransactionOutcome.IN_DOUBT;
	}

	private boolean isHeldToTheEnd(GrantedLease lease) {
		return this.holds.stream().anyMatch((hold) -> hold.leases().contains(lease));
	}

	private void release() {
		this.releases.forEach(Runnable::run);
	}

}
