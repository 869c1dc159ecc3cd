package io.distributedlock.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.WakeUpQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that passes notifications on as wake-ups. When the connection is lost it
 * connects again by itself; whatever was released meanwhile is made up for by waking the
 * node for every lock it queues for.
 * <p>
 * Until then the node counts as deaf, and the store does not queue it: it would be woken
 * in vain, before those that hear. Waiting acquisitions of a deaf node ask again every
 * half to one second, as they do while they can be woken, not as often as where the store
 * has no wake-ups: the engine cannot tell the difference. Thread-safe.
 */
final class PostgresListening implements WakeUpQueue.Listening {

	private static final Logger logger = LoggerFactory.getLogger(PostgresListening.class);

	/** How long it may take to notice that the listening is to end. */
	private static final Duration ATTENTION = Duration.ofMillis(500);

	private static final long FIRST_PAUSE = Duration.ofMillis(100).toNanos();

	private static final long LONGEST_PAUSE = Duration.ofSeconds(5).toNanos();

	private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

	private final Supplier<PostgresSubscription> subscriptions;

	private final WaitingNode node;

	private final Consumer<String> wakeUp;

	private final CountDownLatch closed = new CountDownLatch(1);

	private final Thread thread;

	private PostgresListening(Supplier<PostgresSubscription> subscriptions, WaitingNode node, Consumer<String> wakeUp) {
		this.subscriptions = subscriptions;
		this.node = node;
		this.wakeUp = wakeUp;
		PostgresSubscription first = subscribe();
		this.thread = new Thread(() -> run(first), "distributed-lock-listener");
		this.thread.setDaemon(true);
	}

	/**
	 * Listens.
	 * @param subscriptions connects
	 * @param node whose channel is listened to
	 * @param wakeUp told the keys that were released
	 * @return ends the listening
	 * @throws LockStoreException if the first connection fails
	 */
	static PostgresListening start(Supplier<PostgresSubscription> subscriptions, WaitingNode node,
			Consumer<String> wakeUp) {
		PostgresListening listening = new PostgresListening(subscriptions, node, wakeUp);
		listening.thread.start();
		return listening;
	}

	private void run(PostgresSubscription first) {
		Optional<PostgresSubscription> subscription = Optional.of(first);
		while (subscription.isPresent()) {
			try (PostgresSubscription listening = subscription.get()) {
				passOn(listening);
			}
			catch (SQLException | RuntimeException ex) {
				if (!isClosed()) {
					logger.warn("Provider jdbc lost the connection that listens for released locks and connects again; "
							+ "until then waiting nodes poll", ex);
				}
			}
			subscription = subscribeAgain();
		}
	}

	private void passOn(PostgresSubscription subscription) throws SQLException {
		try {
			this.node.keys().forEach(this.wakeUp);
			while (!isClosed()) {
				subscription.await(ATTENTION).forEach(this.wakeUp);
			}
		}
		finally {
			this.node.hearsNoMore();
		}
	}

	private PostgresSubscription subscribe() {
		PostgresSubscription subscription = this.subscriptions.get();
		this.node.hears();
		return subscription;
	}

	private Optional<PostgresSubscription> subscribeAgain() {
		long pause = FIRST_PAUSE;
		boolean warned = false;
		while (!isClosedWithin(pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2))) {
			try {
				PostgresSubscription subscription = subscribe();
				logger.info("Provider jdbc listens for released locks again");
				return Optional.of(subscription);
			}
			catch (LostNotificationException ex) {
				if (!warned) {
					logger.warn("Provider jdbc cannot listen for released locks again, and its waiting nodes poll "
							+ "instead; it goes on trying", ex);
				}
				warned = true;
			}
			catch (RuntimeException ex) {
				logger.debug("Still cannot listen for released locks", ex);
			}
			pause = Math.min(2 * pause, LONGEST_PAUSE);
		}
		return Optional.empty();
	}

	private boolean isClosed() {
		return this.closed.getCount() == 0;
	}

	private boolean isClosedWithin(long nanos) {
		try {
			return this.closed.await(nanos, TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			return true;
		}
	}

	/**
	 * Ends the listening. The connection has been given back afterwards, unless the
	 * database is too slow for that.
	 */
	@Override
	public void close() {
		this.closed.countDown();
		try {
			this.thread.join(CLOSE_PATIENCE.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
