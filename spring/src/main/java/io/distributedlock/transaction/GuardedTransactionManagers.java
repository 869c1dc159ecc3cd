package io.distributedlock.transaction;

import java.util.Optional;
import java.util.function.Supplier;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.jta.JtaTransactionManager;

/**
 * Adds listeners of locks to the transaction managers of an application, whoever declared
 * them. Transactions of JTA are not guarded: their resources are committed one after the
 * other, long after the check.
 */
public final class GuardedTransactionManagers implements BeanPostProcessor {

	private final Supplier<LockTransactions> transactions;

	private final Supplier<Optional<GuardedCommits>> guard;

	/**
	 * Creates the post-processor. What it adds is asked for when there is a transaction
	 * manager.
	 * @param transactions has to know when transactions are completed
	 * @param guard guards commits, if they are to be guarded
	 */
	public GuardedTransactionManagers(Supplier<LockTransactions> transactions,
			Supplier<Optional<GuardedCommits>> guard) {
		this.transactions = transactions;
		this.guard = guard;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof PlatformTransactionManager && bean instanceof ConfigurableTransactionManager manager) {
			add(this.transactions.get().phases(), manager);
			if (!(bean instanceof JtaTransactionManager)) {
				this.guard.get().ifPresent((listener) -> add(listener, manager));
			}
		}
		return bean;
	}

	private static void add(TransactionExecutionListener listener, ConfigurableTransactionManager manager) {
		if (!manager.getTransactionExecutionListeners().contains(listener)) {
			manager.addListener(listener);
		}
	}

}
