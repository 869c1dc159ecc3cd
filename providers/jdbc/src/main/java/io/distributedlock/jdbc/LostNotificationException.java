package io.distributedlock.jdbc;

import java.time.Duration;

import io.distributedlock.LockStoreException;

/**
 * A notification that was sent to test the subscription did not arrive.
 */
final class LostNotificationException extends LockStoreException {

	LostNotificationException(Duration patience) {
		super(("Provider jdbc sent itself a notification that did not arrive within %d ms: a pooler in transaction "
				+ "mode, such as PgBouncer, loses notifications, so that waiting nodes have to poll. "
				+ "Connect the locks to the server directly, or by a pooler in session mode")
			.formatted(patience.toMillis()), null);
	}

}
