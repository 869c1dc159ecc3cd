package io.distributedlock.sample.payments.launcher;

import java.util.Map;

/**
 * What the actuator endpoint {@code distributedlocks} of a node says.
 *
 * @param node the node
 * @param locks its locks by name
 */
record LockFigures(String node, Map<String, Lock> locks) {

	/**
	 * A lock.
	 *
	 * @param contended acquisitions that found it held, since the node started
	 */
	record Lock(long contended) {
	}

	/**
	 * Returns how often a lock was found held.
	 * @param name its name
	 * @return acquisitions since the node started
	 */
	long contended(String name) {
		Lock lock = this.locks.get(name);
		return (lock != null) ? lock.contended() : 0;
	}

}
