package io.distributedlock.actuate;

import java.time.Duration;

/**
 * Numbers as people read them.
 */
final class Rounding {

	private static final double THOUSAND = 1_000;

	private Rounding() {
	}

	/** To three decimals, so to the microsecond. */
	static double millis(Duration duration) {
		return decimals(duration.toNanos() / 1_000_000.0);
	}

	/** To three decimals. */
	static double decimals(double value) {
		return Math.round(value * THOUSAND) / THOUSAND;
	}

}
