package io.distributedlock.benchmarks.contender;

import java.util.List;

/**
 * All that are compared on one server, which is stopped with them.
 */
public interface Peers extends AutoCloseable {

	/**
	 * Returns who is compared.
	 * @return our store, then the others
	 */
	List<TwoNodes> all();

	@Override
	void close();

}
