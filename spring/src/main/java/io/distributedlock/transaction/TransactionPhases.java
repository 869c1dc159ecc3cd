package io.distributedlock.transaction;

import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;

/**
 * Knows which transactions are being completed. To those who are told of the completion
 * Spring still shows such a transaction as active, but whoever registers to be told when
 * it ends never is. Thread-safe.
 */
final class TransactionPhases implements TransactionExecutionListener {

	/** The transactions that have begun on each thread, the latest first. */
	private final ThreadLocal<Deque<Phase>> ofThread = ThreadLocal.withInitial(ArrayDeque::new);

	/**
	 * Tells whether the calling thread's latest transaction is being completed.
	 */
	boolean isCompleting() {
		Phase latest = latest();
		return latest != null && latest.completing && !latest.transaction.isCompleted();
	}

	@Override
	public void afterBegin(TransactionExecution transaction, @Nullable Throwable failure) {
		if (failure == null && !transaction.isNested()) {
			this.ofThread.get().addFirst(new Phase(transaction));
		}
	}

	@Override
	public void beforeCommit(TransactionExecution transaction) {
		completes(transaction);
	}

	@Override
	public void beforeRollback(TransactionExecution transaction) {
		completes(transaction);
	}

	@Override
	public void afterCommit(TransactionExecution transaction, @Nullable Throwable failure) {
		ended(transaction);
	}

	@Override
	public void afterRollback(TransactionExecution transaction, @Nullable Throwable failure) {
		ended(transaction);
	}

	private void completes(TransactionExecution transaction) {
		Phase latest = latest();
		if (latest != null && latest.transaction == transaction) {
			latest.completing = true;
		}
	}

	private void ended(TransactionExecution transaction) {
		Deque<Phase> phases = this.ofThread.get();
		phases.removeIf((phase) -> phase.transaction == transaction || phase.transaction.isCompleted());
		if (phases.isEmpty()) {
			this.ofThread.remove();
		}
	}

	private @Nullable Phase latest() {
		Deque<Phase> phases = this.ofThread.get();
		if (phases.isEmpty()) {
			this.ofThread.remove();
		}
		return phases.peekFirst();
	}

	private static final class Phase {

		private final TransactionExecution transaction;

		private boolean completing;

		Phase(TransactionExecution transaction) {
			this.transaction = transaction;
		}

	}

}
