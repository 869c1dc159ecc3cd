package io.distributedlock.jdbc;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.WakeUpQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps locks in PostgreSQL, and the nodes that wait for them in a second table. A
 * release wakes the node that has waited longest with NOTIFY; if nobody waits, none is
 * sent.
 */
final class PostgresLockStore extends JdbcLockStore implements WakeUpQueue {

	private static final Logger logger = LoggerFactory.getLogger(PostgresLockStore.class);

	private final Steps steps;

	private final PostgresQueue queue;

	private final JdbcLockStoreConfig config;

	/**
	 * A statement that is followed by another must leave it most of the store timeout.
	 */
	private final Duration hurry;

	private final ConcurrentMap<String, WaitingNode> nodes = new ConcurrentHashMap<>();

	private final Set<PostgresListening> listenings = ConcurrentHashMap.newKeySet();

	PostgresLockStore(Steps steps, Dialect dialect, JdbcLockStoreConfig config, PostgresQueue queue) {
		super(steps, dialect, config);
		this.steps = steps;
		this.queue = queue;
		this.config = config;
		this.hurry = config.storeTimeout().dividedBy(10);
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * Looks at the queue only if the node is in it, which a grant ends.
	 */
	@Override
	public AcquireResult tryAcquire(AcquireCommand command) {
		return node(command.node()).waitsFor(command.key()) ? tryAcquireOrQueue(command) : super.tryAcquire(command);
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * One round trip. Joining the queue takes two more, and being seen in it one more
	 * every other second. A node whose subscription is lost is not queued: waking it
	 * would only keep the lock from those that hear.
	 */
	@Override
	public AcquireResult tryAcquireOrQueue(AcquireCommand command) {
		WaitingNode node = node(command.node());
		if (node.isDeaf()) {
			return tryAcquireOutOfQueue(command, node);
		}
		String name = "acquire lock '" + command.key() + "'";
		if (!node.isLikelyToWaitFor(command.key())) {
			long start = System.nanoTime();
			AcquireResult result = this.steps.run(name, (sql) -> this.queue.tryAcquire(sql, command, node.channel()));
			// If that was slow, the node is not queued before it asks again.
			if (result instanceof Granted || !isQuick(start)) {
				return result;
			}
		}
		node.queueing(command.key());
		AcquireResult result = this.steps.run(name,
				(sql) -> this.queue.tryAcquireOrQueue(sql, command, node.channel(), this.hurry));
		if (result instanceof Granted) {
			node.left(command.key());
		}
		return result;
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * Leaves the queueing to the next attempt.
	 */
	@Override
	public ReleaseResult releaseAndQueue(ReleaseCommand command, String node) {
		return release(command);
	}

	private AcquireResult tryAcquireOutOfQueue(AcquireCommand command, WaitingNode node) {
		long start = System.nanoTime();
		AcquireResult result = super.tryAcquire(command);
		// If that was slow, or leaving fails, the place is lost by not asking for it.
		if (node.left(command.key()) && isQuick(start)) {
			try {
				leaveQueue(command.key(), command.node());
			}
			catch (LockStoreException ex) {
				logger.debug("A node that cannot be woken could not leave the queue", ex);
			}
		}
		return result;
	}

	private boolean isQuick(long start) {
		return System.nanoTime() - start <= this.hurry.toNanos();
	}

	@Override
	public void leaveQueue(String key, String node) {
		node(node).left(key);
		this.steps.run("leave the queue for lock '" + key + "'", (sql) -> {
			this.queue.leave(sql, key, node);
			return key;
		});
	}

	@Override
	public Listening listen(String node, Consumer<String> wakeUp) {
		PostgresListening listening = PostgresListening
			.start(() -> PostgresSubscription.open(this.config, this.steps, node(node).channel()), node(node), wakeUp);
		this.listenings.add(listening);
		return () -> {
			this.listenings.remove(listening);
			listening.close();
		};
	}

	@Override
	public boolean purgeSome() {
		boolean more = super.purgeSome();
		if (!more) {
			this.steps.run("forget nodes that do not wait any more", (sql) -> {
				this.queue.forgetSilent(sql);
				return sql;
			});
		}
		return more;
	}

	@Override
	public void close() {
		this.listenings.forEach(PostgresListening::close);
		super.close();
	}

	private WaitingNode node(String id) {
		return this.nodes.computeIfAbsent(id, (unknown) -> new WaitingNode());
	}

}
