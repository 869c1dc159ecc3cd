package io.distributedlock.jdbc;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.WakeUpQueue;

/**
 * Keeps locks in PostgreSQL, and the nodes that wait for them in a second table. A
 * release wakes the node that has waited longest with NOTIFY; if nobody waits, none is
 * sent.
 */
final class PostgresLockStore extends JdbcLockStore implements WakeUpQueue {

	private final Steps steps;

	private final PostgresQueue queue;

	private final JdbcLockStoreConfig config;

	private final ConcurrentMap<String, WaitingNode> nodes = new ConcurrentHashMap<>();

	private final Set<PostgresListening> listenings = ConcurrentHashMap.newKeySet();

	PostgresLockStore(Steps steps, Dialect dialect, JdbcLockStoreConfig config, PostgresQueue queue) {
		super(steps, dialect, config);
		this.steps = steps;
		this.queue = queue;
		this.config = config;
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
	 * every other second.
	 */
	@Override
	public AcquireResult tryAcquireOrQueue(AcquireCommand command) {
		WaitingNode node = node(command.node());
		String name = "acquire lock '" + command.key() + "'";
		// A statement that is followed by another must leave it most of the store
		// timeout.
		Duration hurry = this.config.storeTimeout().dividedBy(10);
		if (!node.isLikelyToWaitFor(command.key())) {
			long start = System.nanoTime();
			AcquireResult result = this.steps.run(name, (sql) -> this.queue.tryAcquire(sql, command, node.channel()));
			if (result instanceof Granted || System.nanoTime() - start > hurry.toNanos()) {
				return result;
			}
		}
		node.queueing(command.key());
		AcquireResult result = this.steps.run(name,
				(sql) -> this.queue.tryAcquireOrQueue(sql, command, node.channel(), hurry));
		if (result instanceof Granted) {
			node.left(command.key());
		}
		return result;
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
