package io.distributedlock.benchmarks.measure;

import java.util.Map;

/**
 * Counts what a server is sent.
 */
@FunctionalInterface
public interface Traffic {

	/**
	 * Returns the counts so far.
	 * @return how many, by the name of what is counted; the same names each time, in the
	 * same order
	 */
	Map<String, Long> counts();

}
