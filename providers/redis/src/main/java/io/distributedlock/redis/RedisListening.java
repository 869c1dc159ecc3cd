package io.distributedlock.redis;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.distributedlock.store.WakeUpQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.SyncTaskExecutor;
import org.springframework.data.redis.connection.Message;
import org.springframework.data.redis.connection.MessageListener;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.SubscriptionListener;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;

/**
 * A subscription that passes messages on as wake-ups. When its connection is lost the
 * client subscribes again; whatever was released meanwhile is made up for by waking the
 * node for every lock it queues for. Thread-safe.
 */
final class RedisListening implements WakeUpQueue.Listening {

	private static final Logger logger = LoggerFactory.getLogger(RedisListening.class);

	private static final long RECOVERY_INTERVAL_MILLIS = 1_000;

	private final RedisMessageListenerContainer container = new RedisMessageListenerContainer();

	private RedisListening() {
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
		RedisListening listening = new RedisListening();
		SimpleAsyncTaskExecutor subscriptionThread = new SimpleAsyncTaskExecutor("distributed-lock-listener-");
		subscriptionThread.setDaemon(true);
		listening.container.setConnectionFactory(connections);
		listening.container.setSubscriptionExecutor(subscriptionThread);
		listening.container.setTaskExecutor(new SyncTaskExecutor());
		listening.container.setRecoveryInterval(RECOVERY_INTERVAL_MILLIS);
		listening.container.addMessageListener(new Listener(keys, node, wakeUp), ChannelTopic.of(channel));
		listening.container.afterPropertiesSet();
		try {
			listening.container.start();
		}
		catch (RuntimeException ex) {
			listening.close();
			throw ex;
		}
		return listening;
	}

	@Override
	public void close() {
		try {
			this.container.destroy();
		}
		catch (Exception ex) {
			logger.debug("Could not end the subscription to released locks", ex);
		}
	}

	private record Listener(Keys keys, WaitingNode node, Consumer<String> wakeUp,
			AtomicBoolean subscribedBefore) implements MessageListener, SubscriptionListener {

		Listener(Keys keys, WaitingNode node, Consumer<String> wakeUp) {
			this(keys, node, wakeUp, new AtomicBoolean());
		}

		@Override
		public void onMessage(Message message, byte @Nullable [] pattern) {
			this.wakeUp.accept(this.keys.keyOf(message.getBody()));
		}

		@Override
		public void onChannelSubscribed(byte[] channel, long count) {
			if (this.subscribedBefore.getAndSet(true)) {
				logger.info("Provider redis subscribed to {} again", new String(channel, StandardCharsets.UTF_8));
				this.node.keys().forEach(this.wakeUp);
			}
		}

	}

}
