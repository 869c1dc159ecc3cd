package io.distributedlock.interceptor;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

import io.distributedlock.DistributedLocks;
import io.distributedlock.engine.LockEngine;

/**
 * Tells the engine of the locks of annotated methods, so that they are counted from zero.
 * Waits until the singletons are there, to create none too early. Locks that are not an
 * engine are told nothing.
 */
public final class LockDeclarations implements SmartInitializingSingleton {

	private final LockedMethods methods;

	private final ObjectProvider<DistributedLocks> locks;

	/**
	 * Creates the bean.
	 * @param methods knows the annotated methods
	 * @param locks asked once the singletons are there
	 */
	public LockDeclarations(LockedMethods methods, ObjectProvider<DistributedLocks> locks) {
		this.methods = methods;
		this.locks = locks;
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.methods.whenRead(this::declare);
	}

	private void declare(LockAttributes locked) {
		if (this.locks.getIfUnique() instanceof LockEngine engine) {
			engine.declare(locked.name(), locked.provider());
		}
	}

}
