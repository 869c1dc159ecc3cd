package io.distributedlock.autoconfigure.metrics;

import io.distributedlock.annotation.DistributedLock;

/**
 * A bean with a lock.
 */
public class Orders {

	/**
	 * Does nothing, under a lock.
	 * @param id a part of its key
	 */
	@DistributedLock("order:#{#id}")
	public void capture(String id) {
	}

}
