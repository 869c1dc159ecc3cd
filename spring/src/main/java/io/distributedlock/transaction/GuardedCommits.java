package io.distributedlock.transaction;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;

import io.distributedlock.LockContext;
import io.distributedlock.engine.GrantedLease;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.TransactionException;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.function.SingletonSupplier;

/**
 * Lets a transaction that works under leases be committed only while they are held: one
 * that began on the call path of a lock, or in which a lock was taken. A lost lease rolls
 * it back with a {@link io.distributedlock.LeaseLostException}.
 * <p>
 * Without a {@link LeaseGuard} for the lock's store this is a check by the local clock
 * just before the commit: it leaves the time of the commit itself. Read-only transactions
 * are checked in this way only. Thread-safe.
 */
public final class GuardedCommits implements TransactionExecutionListener {

	private final LockTransactions transactions;

	private final Supplier<? extends Iterable<LeaseGuard>> guards;

	/**
	 * Creates the listener, to be added to transaction managers.
	 * @param transactions knows the leases that wait for a transaction
	 * @param guards asked at the first commit under a lease
	 */
	public GuardedCommits(LockTransactions transactions, Supplier<? extends Iterable<LeaseGuard>> guards) {
		this.transactions = transactions;
		this.guards = SingletonSupplier.of(guards::get);
	}

	@Override
	public void afterBegin(TransactionExecution transaction, @Nullable Throwable failure) {
		if (failure != null || transaction.isNested() || !TransactionSynchronizationManager.isSynchronizationActive()) {
			return;
		}
		Set<GrantedLease> leases = new LinkedHashSet<>(this.transactions.waiting());
		LockContext.leases().forEach((lease) -> {
			if (lease instanceof GrantedLease granted) {
				leases.add(granted);
			}
		});
		if (!leases.isEmpty()) {
			LeasedTransaction.join(this.transactions).add(leases);
		}
	}

	/**
	 * Comes after every synchronization and just before the commit itself. What is thrown
	 * here rolls the transaction back, but for a TransactionException: Spring takes that
	 * for a failed commit, and leaves the transaction as it is, to be committed with the
	 * next statement or when the connection is given back.
	 */
	@Override
	public void beforeCommit(TransactionExecution transaction) {
		LeasedTransaction current = LeasedTransaction.current(this.transactions);
		if (current == null || transaction.isNested()) {
			return;
		}
		try {
			guard(current, transaction);
		}
		catch (TransactionException ex) {
			throw new IllegalStateException("The guard of a transaction failed: it is rolled back", ex);
		}
	}

	private void guard(LeasedTransaction current, TransactionExecution transaction) {
		current.check();
		if (!transaction.isReadOnly()) {
			PersistenceContexts.flush();
			this.guards.get().forEach(current::hold);
			current.check();
		}
	}

}
