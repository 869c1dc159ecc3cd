package io.distributedlock.redis;

import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import io.distributedlock.LockStoreException;
import io.lettuce.core.AbstractRedisAsyncCommands;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.masterreplica.StatefulRedisMasterReplicaConnection;
import io.lettuce.core.output.IntegerOutput;

import org.springframework.data.redis.RedisConnectionFailureException;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * A connection of Lettuce to one server. When it breaks, Lettuce connects again and sends
 * what was not answered once more, perhaps to a server that took over: what is
 * acknowledged then is not what was written here, so it does not count.
 */
final class PinnedLettuceConnection implements PinnedConnection {

	private final LettuceConnection connection;

	private final StatefulRedisConnection<?, ?> pinned;

	private final Replacement replacement = new Replacement();

	/**
	 * Creates an instance.
	 * @param connection Spring's view
	 * @param pinned the connection behind it
	 */
	PinnedLettuceConnection(LettuceConnection connection, StatefulRedisConnection<?, ?> pinned) {
		this.connection = connection;
		this.pinned = pinned;
		pinned.addListener(this.replacement);
	}

	/**
	 * Returns how connections of a factory are pinned.
	 * @param factory where they come from
	 * @return the way to pin them
	 * @throws IllegalArgumentException if there is none
	 */
	static PinnedConnection.Source source(LettuceConnectionFactory factory) {
		if (factory.getShareNativeConnection()) {
			throw new IllegalArgumentException(
					"Provider redis cannot wait for replicas on the connection that all threads "
							+ "share, it would hold them up: set shareNativeConnection of the LettuceConnectionFactory to false "
							+ "and give it a LettucePoolingClientConfiguration, or set distributed-lock.redis.replicas to 0");
		}
		return factory.isClusterAware() ? (connection) -> new PinnedClusterConnection(connection, factory)
				: PinnedLettuceConnection::pin;
	}

	private static PinnedConnection pin(RedisConnection connection) {
		StatefulConnection<?, ?> pinned = behind(connection);
		if (pinned instanceof StatefulRedisMasterReplicaConnection) {
			throw new LockStoreException("Provider redis cannot wait for replicas with connections that read from "
					+ "replicas: connect to the master alone, without readFrom, or set distributed-lock.redis.replicas to 0",
					null);
		}
		return new PinnedLettuceConnection((LettuceConnection) connection, (StatefulRedisConnection<?, ?>) pinned);
	}

	static StatefulConnection<?, ?> behind(RedisConnection connection) {
		return ((AbstractRedisAsyncCommands<?, ?>) connection.getNativeConnection()).getConnection();
	}

	@Override
	public List<String> run(LockScript script, List<byte[]> keys, List<String> arguments) {
		return script.run(this.connection, keys, arguments);
	}

	/**
	 * Runs a script whose keys are on their way to this node.
	 */
	List<String> runAsked(LockScript script, List<byte[]> keys, List<String> arguments) {
		this.connection.execute("ASKING");
		return script.runInFull(this.connection, keys, arguments);
	}

	@Override
	public long waitForReplicas(int replicas, Duration timeout) {
		Object acknowledged = this.connection.execute("WAIT", new IntegerOutput<>(ByteArrayCodec.INSTANCE),
				bytes(replicas), bytes(timeout.toMillis()));
		if (this.replacement.happened || acknowledged == null) {
			throw new RedisConnectionFailureException(
					"The connection broke before it was known what the replicas have");
		}
		return (Long) acknowledged;
	}

	private static byte[] bytes(long number) {
		return String.valueOf(number).getBytes(StandardCharsets.US_ASCII);
	}

	@Override
	public void close() {
		this.pinned.removeListener(this.replacement);
	}

	/**
	 * Told before any reply comes from another network connection.
	 */
	private static final class Replacement implements RedisConnectionStateListener {

		private volatile boolean happened;

		@Override
		public void onRedisConnected(RedisChannelHandler<?, ?> connection, SocketAddress address) {
			this.happened = true;
		}

		@Override
		public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
			this.happened = true;
		}

	}

}
