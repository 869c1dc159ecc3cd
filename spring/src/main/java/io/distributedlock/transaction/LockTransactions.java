package io.distributedlock.transaction;

import java.util.List;
import java.util.Optional;

import io.distributedlock.LockRequest;
import io.distributedlock.engine.GrantedLease;
import io.distributedlock.engine.Transactions;

import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Spring's transactions, for locks that are taken inside one: it gives them back when it
 * has been completed, and all that listens to that has run. Thread-safe.
 */
public final class LockTransactions implements Transactions {

	private final WaitingLeases waiting = new WaitingLeases();

	private final TransactionPhases phases = new TransactionPhases();

	private final StaleSnapshots staleSnapshots;

	/**
	 * Creates the transactions.
	 * @param onStaleSnapshot what happens to locks inside transactions that read from a
	 * snapshot
	 */
	public LockTransactions(OnStaleSnapshot onStaleSnapshot) {
		this.staleSnapshots = new StaleSnapshots(onStaleSnapshot);
	}

	/**
	 * Returns what has to listen to all transactions.
	 */
	TransactionPhases phases() {
		return this.phases;
	}

	@Override
	public Optional<RunningTransaction> running(LockRequest request) {
		if (!TransactionSynchronizationManager.isActualTransactionActive()
				|| !TransactionSynchronizationManager.isSynchronizationActive() || this.phases.isCompleting()) {
			return Optional.empty();
		}
		this.staleSnapshots.check(request);
		return Optional.of(this::adopt);
	}

	@Override
	public List<GrantedLease> waiting() {
		return this.waiting.all();
	}

	private void adopt(GrantedLease lease, Runnable release) {
		LeasedTransaction transaction = LeasedTransaction.join(this);
		transaction.add(List.of(lease));
		transaction.releaseAfterCompletion(this.waiting.add(lease, release));
	}

}
