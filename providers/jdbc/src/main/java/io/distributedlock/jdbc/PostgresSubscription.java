package io.distributedlock.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.distributedlock.LockStoreException;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that listens to a channel. It is kept until it is closed. Not thread-safe.
 */
final class PostgresSubscription implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(PostgresSubscription.class);

	private static final Duration PROBE_PATIENCE = Duration.ofSeconds(2);

	/** After this long without a notification the server is asked for a sign of life. */
	private static final long SILENCE = Duration.ofSeconds(10).toNanos();

	private static final int SIGN_OF_LIFE_SECONDS = 3;

	private final BorrowedConnection borrowed;

	private final Sql sql;

	private final PGConnection notifications;

	private long lastSign = System.nanoTime();

	private PostgresSubscription(BorrowedConnection borrowed) throws SQLException {
		this.borrowed = borrowed;
		this.sql = new Sql(borrowed.connection());
		this.notifications = borrowed.connection().unwrap(PGConnection.class);
	}

	/**
	 * Takes a connection, listens, and makes sure that notifications arrive.
	 * @param config where the connection comes from
	 * @param steps runs statements on other connections
	 * @param channel the channel, a lower-case identifier
	 * @return the subscription
	 * @throws LostNotificationException if notifications do not arrive
	 * @throws LockStoreException if the database fails
	 */
	static PostgresSubscription open(JdbcLockStoreConfig config, Steps steps, String channel) {
		try {
			BorrowedConnection borrowed = new BorrowedConnection(
					SpringDataSources.withoutTransactions(config.dataSource()).getConnection());
			try {
				borrowed.setAutoCommit();
				// for statements; waiting for notifications has its own timeout
				borrowed.setNetworkTimeout(config.storeTimeout().dividedBy(2));
				PostgresSubscription subscription = new PostgresSubscription(borrowed);
				subscription.sql.update("LISTEN " + channel);
				subscription.probe(steps, channel);
				return subscription;
			}
			catch (SQLException | RuntimeException | Error ex) {
				giveBack(borrowed);
				throw ex;
			}
		}
		catch (LockStoreException ex) {
			throw ex;
		}
		catch (SQLException | RuntimeException ex) {
			throw new Failures(config.tableName(), config.storeTimeout()).during("listen for released locks", ex);
		}
	}

	private void probe(Steps steps, String channel) throws SQLException {
		String probe = UUID.randomUUID().toString();
		steps.run("send a notification",
				(other) -> other.query("SELECT pg_notify(?, ?)", (row) -> true, channel, probe));
		long deadline = System.nanoTime() + PROBE_PATIENCE.toNanos();
		for (long left = PROBE_PATIENCE.toNanos(); left > 0; left = deadline - System.nanoTime()) {
			if (await(Duration.ofNanos(left)).contains(probe)) {
				return;
			}
		}
		throw new LostNotificationException(PROBE_PATIENCE);
	}

	/**
	 * Waits for notifications. Notices within some seconds that the server is gone.
	 * @param patience how long, at most
	 * @return what they say, empty if none came
	 * @throws SQLException if the connection is lost
	 */
	List<String> await(Duration patience) throws SQLException {
		int millis = (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(patience.toNanos()));
		PGNotification[] received = this.notifications.getNotifications(millis);
		boolean silent = received == null || received.length == 0;
		if (silent && System.nanoTime() - this.lastSign < SILENCE) {
			return List.of();
		}
		if (silent && !this.borrowed.connection().isValid(SIGN_OF_LIFE_SECONDS)) {
			throw new SQLException("The server does not answer any more");
		}
		this.lastSign = System.nanoTime();
		return silent ? List.of() : Stream.of(received).map(PGNotification::getParameter).toList();
	}

	@Override
	public void close() {
		giveBack(this.borrowed);
	}

	/** A statement that fails tells the pool that the connection is broken. */
	private static void giveBack(BorrowedConnection borrowed) {
		try (borrowed) {
			new Sql(borrowed.connection()).update("UNLISTEN *");
		}
		catch (SQLException | RuntimeException ex) {
			logger.debug("Could not stop listening on a connection that is given back", ex);
		}
	}

}
