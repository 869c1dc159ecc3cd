package io.distributedlock.benchmarks.manykeys;

import java.util.Random;
import java.util.function.Supplier;

/**
 * Which keys are acquired.
 */
public final class Keys {

	/** What the keys of the rows made beforehand start with; a number follows. */
	public static final String EXISTING = "existing-";

	private Keys() {
	}

	/**
	 * Picks keys at random.
	 * @param count how many there are
	 * @return tells the next one
	 */
	public static Supplier<String> existing(int count) {
		Random random = new Random(1);
		return () -> EXISTING + random.nextInt(count);
	}

	/**
	 * Makes up keys in no order.
	 * @return tells the next one
	 */
	public static Supplier<String> fresh() {
		Random random = new Random(2);
		return () -> "fresh-" + Long.toHexString(random.nextLong());
	}

}
