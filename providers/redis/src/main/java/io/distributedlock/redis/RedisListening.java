package io.distributedlock.redis;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.distributedlock.store.WakeUpQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * Listens to a node's channel. The client subscribes again when it notices that its
 * connection is lost; what it does not notice is found out by a message that the node
 * sends itself now and then while it waits for locks. Thread-safe.
 */
final class RedisListening implements WakeUpQueue.Listening {

	private static final Logger logger = LoggerFactory.getLogger(RedisListening.class);

	private static final Duration CHECK_INTERVAL = Duration.ofSeconds(3);

	private final RedisConnectionFactory connections;

	private final String channel;

	private final WaitingNode node;

	private final Consumer<String> wakeUp;

	private final Keys keys;

	private final ScheduledExecutorService checks = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "distributed-lock-listener-check");
		thread.setDaemon(true);
		return thread;
	});

	private RedisSubscription subscription;

	private boolean closed;

	private RedisListening(RedisConnectionFactory connections, String channel, Keys keys, WaitingNode node,
			Consumer<String> wakeUp) {
		this.connections = connections;
		this.channel = channel;
		this.keys = keys;
		this.node = node;
		this.wakeUp = wakeUp;
		this.subscription = subscribe();
	}

	/**
	 * Subscribes.
	 * @param connections where the connection comes from
	 * @param channel the channel
	 * @param keys the names of locks
	 * @param node whose channel it is
	 * @param wakeUp told the keys that were released
	 * @return ends the subscription
	 */
	static RedisListening start(RedisConnectionFactory connections, String channel, Keys keys, WaitingNode node,
			Consumer<String> wakeUp) {
		RedisListening listening = new RedisListening(connections, channel, keys, node, wakeUp);
		long interval = CHECK_INTERVAL.toNanos();
		ScheduledFuture<?> unused = listening.checks.scheduleWithFixedDelay(listening::check, interval, interval,
				TimeUnit.NANOSECONDS);
		return listening;
	}

	private RedisSubscription subscribe() {
		return RedisSubscription.open(this.connections, this.channel, this::received, this::wakeAll);
	}

	private void received(byte[] name) {
		if (name.length > 0) {
			this.wakeUp.accept(this.keys.keyOf(name));
		}
	}

	/** Makes up for messages that were lost. */
	private void wakeAll() {
		this.node.keys().forEach(this.wakeUp);
	}

	private void check() {
		try {
			if (!this.node.keys().isEmpty() && !current().isAlive()) {
				RedisSubscription lost = replace(subscribe());
				logger.warn("Provider redis got no messages on channel {} any more and has subscribed again",
						this.channel);
				wakeAll();
				lost.close();
			}
		}
		catch (RuntimeException ex) {
			logger.debug("Could not check the subscription to channel {}", this.channel, ex);
		}
	}

	private synchronized RedisSubscription current() {
		return this.subscription;
	}

	/**
	 * Takes a new subscription in the place of the present one.
	 * @return the one that is of no use any more
	 */
	private synchronized RedisSubscription replace(RedisSubscription replacement) {
		if (this.closed) {
			return replacement;
		}
		RedisSubscription replaced = this.subscription;
		this.subscription = replacement;
		return replaced;
	}

	@Override
	public void close() {
		this.checks.shutdownNow();
		end().close();
	}

	private synchronized RedisSubscription end() {
		this.closed = true;
		return this.subscription;
	}

}
