package io.distributedlock.jdbc;

import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A release's attempts at a row that others have locked, with pauses in between.
 */
final class RowWait {

	private static final int ATTEMPTS = 3;

	/**
	 * How long a release waits for a locked row, at least. An acquisition that saw the
	 * row free a moment ago locks it until its statement ends, which on a busy server
	 * takes a while.
	 */
	private static final Duration PATIENCE = Duration.ofMillis(200);

	private static final int LONGEST_PAUSE_MILLIS = 10;

	private final long start = System.nanoTime();

	private int attempts;

	/**
	 * Waits before each attempt but the first.
	 * @return whether to try once more
	 */
	boolean goesOn() {
		LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(Math.min(this.attempts, LONGEST_PAUSE_MILLIS)));
		return this.attempts++ < ATTEMPTS || System.nanoTime() - this.start < PATIENCE.toNanos();
	}

	SQLException failure(String key) {
		return new SQLTransientException("The row of key '%s' was locked or changed by others for %d ms".formatted(key,
				TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - this.start)), Failures.LOCKED);
	}

}
