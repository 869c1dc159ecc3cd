package io.distributedlock.transaction;

import java.util.function.Supplier;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.jta.JtaTransactionManager;

/**
 * Adds guarded commits to the transaction managers of an application, whoever declared
 * them. Those of JTA are left out: the resources of their transactions are committed one
 * after the other, long after the check.
 */
public final class GuardedTransactionManagers implements BeanPostProcessor {

	private final Supplier<GuardedCommits> guard;

	/**
	 * Creates the post-processor.
	 * @param guard asked for when there is a transaction manager
	 */
	public GuardedTransactionManagers(Supplier<GuardedCommits> guard) {
		this.guard = guard;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof PlatformTransactionManager && !(bean instanceof JtaTransactionManager)
				&& bean instanceof ConfigurableTransactionManager manager) {
			GuardedCommits listener = this.guard.get();
			if (!manager.getTransactionExecutionListeners().contains(listener)) {
				manager.addListener(listener);
			}
		}
		return bean;
	}

}
