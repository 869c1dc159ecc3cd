package io.distributedlock.autoconfigure;

import java.util.function.Function;
import java.util.function.IntFunction;

import io.distributedlock.LockContext;
import io.distributedlock.annotation.DistributedLock;

/**
 * A bean whose class {@link RestartTests} load several times. Makes orders, and captures
 * them under their lock.
 */
class RestartedShop implements IntFunction<Object>, Function<RestartedShop.Order, String> {

	@Override
	public Order apply(int id) {
		return new Order(id);
	}

	@Override
	@DistributedLock(key = "order:#{#order.id}")
	public String apply(Order order) {
		return LockContext.current().orElseThrow().key();
	}

	public record Order(int id) {
	}

}
