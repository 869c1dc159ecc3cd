package io.distributedlock.benchmarks.annotation;

import io.distributedlock.annotation.DistributedLock;

/**
 * A bean whose methods do next to nothing.
 */
public class LockedOrders {

	/**
	 * Runs without a lock of its own.
	 * @param id an order
	 * @return its length
	 */
	public int capture(String id) {
		return id.length();
	}

	/**
	 * Runs under a lock whose key is a SpEL expression.
	 * @param id an order
	 * @return its length
	 */
	@DistributedLock("'order:' + #id")
	public int captureByExpression(String id) {
		return capture(id);
	}

	/**
	 * Runs under a lock whose key is a template, and with every option.
	 * @param id an order
	 * @return its length
	 */
	@DistributedLock(key = "order:#{#id}", name = "orders", ttl = "30s", waitTime = "0s", minHold = "0s",
			maxHold = "1h")
	public int captureByTemplate(String id) {
		return capture(id);
	}

	/**
	 * Runs under a lock whose key is a literal.
	 * @param id an order
	 * @return its length
	 */
	@DistributedLock("order:42")
	public int captureByLiteral(String id) {
		return capture(id);
	}

}
