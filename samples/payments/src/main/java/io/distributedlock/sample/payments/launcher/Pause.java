package io.distributedlock.sample.payments.launcher;

import java.time.Duration;

/** Sleeps. */
final class Pause {

	private Pause() {
	}

	static void of(Duration time) {
		try {
			Thread.sleep(time.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting", ex);
		}
	}

}
