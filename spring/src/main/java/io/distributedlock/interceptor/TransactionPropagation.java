package io.distributedlock.interceptor;

import io.distributedlock.Release;
import io.distributedlock.key.LockedMethod;

import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.AnnotationTransactionAttributeSource;
import org.springframework.transaction.interceptor.TransactionAttribute;
import org.springframework.transaction.interceptor.TransactionAttributeSource;
import org.springframework.util.ClassUtils;

/**
 * Whether methods take part in their caller's transaction, as their annotations have it.
 */
final class TransactionPropagation {

	private static final boolean TRANSACTIONS = ClassUtils.isPresent(
			"org.springframework.transaction.interceptor.TransactionAttributeSource",
			TransactionPropagation.class.getClassLoader());

	private TransactionPropagation() {
	}

	/**
	 * Returns when a method that is called inside a transaction gives its lock back.
	 * @param method the method
	 * @return at the end of its work if it suspends its caller's transaction
	 */
	static Release release(LockedMethod method) {
		return (TRANSACTIONS && Annotations.suspendsCaller(method)) ? Release.AFTER_WORK : Release.AFTER_TRANSACTION;
	}

	/** Apart, as transactions may not be on the class path. */
	private static final class Annotations {

		private static boolean suspendsCaller(LockedMethod method) {
			// Not kept: it holds on to each class that it has seen.
			TransactionAttributeSource source = new AnnotationTransactionAttributeSource(false);
			TransactionAttribute attribute = source.getTransactionAttribute(method.method(), method.userClass());
			return attribute != null
					&& (attribute.getPropagationBehavior() == TransactionDefinition.PROPAGATION_REQUIRES_NEW
							|| attribute.getPropagationBehavior() == TransactionDefinition.PROPAGATION_NOT_SUPPORTED);
		}

	}

}
