package io.distributedlock.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.SyncTaskExecutor;
import org.springframework.data.redis.connection.Message;
import org.springframework.data.redis.connection.MessageListener;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.SubscriptionListener;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;
import org.springframework.util.backoff.FixedBackOff;

/**
 * A subscription to one channel, on a connection of its own. Thread-safe.
 */
final class RedisSubscription implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(RedisSubscription.class);

	private static final long RECOVERY_INTERVAL_MILLIS = 1_000;

	private static final Duration PROBE_PATIENCE = Duration.ofSeconds(2);

	private static final byte[] PROBE = {};

	private final RedisConnectionFactory connections;

	private final String channel;

	private final RedisMessageListenerContainer container = new RedisMessageListenerContainer();

	private final Semaphore received = new Semaphore(0);

	private RedisSubscription(RedisConnectionFactory connections, String channel) {
		this.connections = connections;
		this.channel = channel;
	}

	/**
	 * Subscribes.
	 * @param connections where the connection comes from
	 * @param channel the channel
	 * @param message told each message; an empty one is a probe
	 * @param subscribedAgain called when the client has subscribed again by itself
	 * @return the subscription
	 */
	static RedisSubscription open(RedisConnectionFactory connections, String channel, Consumer<byte[]> message,
			Runnable subscribedAgain) {
		RedisSubscription subscription = new RedisSubscription(connections, channel);
		try {
			subscription.start(message, subscribedAgain);
			return subscription;
		}
		catch (RuntimeException ex) {
			subscription.close();
			throw ex;
		}
	}

	private void start(Consumer<byte[]> message, Runnable subscribedAgain) {
		SimpleAsyncTaskExecutor thread = new SimpleAsyncTaskExecutor("distributed-lock-listener-");
		thread.setDaemon(true);
		this.container.setConnectionFactory(this.connections);
		this.container.setSubscriptionExecutor(thread);
		this.container.setTaskExecutor(new SyncTaskExecutor());
		// the first attempt fails at once; where the client does not subscribe again by
		// itself, the container does
		this.container.setRecoveryBackoff(new FixedBackOff(0, 0));
		this.container.addMessageListener(new Listener(message, subscribedAgain), ChannelTopic.of(this.channel));
		this.container.afterPropertiesSet();
		this.container.start();
		this.container.setRecoveryBackoff(new FixedBackOff(RECOVERY_INTERVAL_MILLIS, FixedBackOff.UNLIMITED_ATTEMPTS));
	}

	/**
	 * Finds out whether messages arrive.
	 * @return whether one did since the last call, or one sent now does
	 */
	boolean isAlive() {
		if (this.received.drainPermits() > 0) {
			return true;
		}
		try (RedisConnection connection = this.connections.getConnection()) {
			connection.publish(this.channel.getBytes(StandardCharsets.UTF_8), PROBE);
		}
		try {
			return this.received.tryAcquire(PROBE_PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return true;
		}
	}

	@Override
	public void close() {
		try {
			this.container.destroy();
		}
		catch (Exception ex) {
			logger.debug("Could not end the subscription to channel {}", this.channel, ex);
		}
	}

	/** What the container tells, on the thread of the client. */
	private final class Listener implements MessageListener, SubscriptionListener {

		private final Consumer<byte[]> message;

		private final Runnable subscribedAgain;

		private final AtomicBoolean subscribedBefore = new AtomicBoolean();

		Listener(Consumer<byte[]> message, Runnable subscribedAgain) {
			this.message = message;
			this.subscribedAgain = subscribedAgain;
		}

		@Override
		public void onMessage(Message message, byte @Nullable [] pattern) {
			if (RedisSubscription.this.received.availablePermits() == 0) {
				RedisSubscription.this.received.release();
			}
			this.message.accept(message.getBody());
		}

		@Override
		public void onChannelSubscribed(byte[] channel, long count) {
			if (this.subscribedBefore.getAndSet(true)) {
				logger.info("Provider redis has subscribed to channel {} again", RedisSubscription.this.channel);
				this.subscribedAgain.run();
			}
		}

	}

}
