package io.distributedlock.statistics;

import java.time.Duration;

/**
 * What is recent.
 */
final class RecentTime {

	static final Duration WINDOW = Duration.ofMinutes(5);

	/** How many times within the window the oldest part of it is forgotten. */
	static final int PARTS = 5;

	private RecentTime() {
	}

}
