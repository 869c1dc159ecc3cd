package io.distributedlock.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.jedis.JedisConnection;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.executors.CommandExecutor;

/**
 * A connection of Jedis. Its client takes another one from the pool for each command,
 * unless they belong to a pipeline. A broken one is never replaced.
 */
final class PinnedJedisConnection implements PinnedConnection {

	private final RedisConnection connection;

	private final Runnable release;

	private PinnedJedisConnection(RedisConnection connection, Runnable release) {
		this.connection = connection;
		this.release = release;
	}

	/**
	 * Returns how connections of a factory are pinned.
	 * @param factory where they come from
	 * @return the way to pin them
	 * @throws IllegalArgumentException if there is none
	 */
	static PinnedConnection.Source source(JedisConnectionFactory factory) {
		if (factory.isRedisClusterAware()) {
			throw new IllegalArgumentException(
					"Provider redis cannot wait for replicas in a Cluster by Jedis: use Lettuce, or set distributed-lock.redis.replicas to 0");
		}
		return PinnedJedisConnection::pin;
	}

	@SuppressWarnings("deprecation") // without a replacement so far
	private static PinnedConnection pin(RedisConnection connection) {
		if (connection.getNativeConnection() instanceof UnifiedJedis client) {
			UnifiedJedis pinned = new UnifiedJedis(new OneByOne(client.pipelined()));
			return new PinnedJedisConnection(new JedisConnection(pinned), pinned::close);
		}
		return new PinnedJedisConnection(connection, () -> {
		});
	}

	@Override
	public List<String> run(LockScript script, List<byte[]> keys, List<String> arguments) {
		return script.run(this.connection, keys, arguments);
	}

	@Override
	public long waitForReplicas(int replicas, Duration timeout) {
		return (Long) this.connection.execute("WAIT", bytes(replicas), bytes(timeout.toMillis()));
	}

	private static byte[] bytes(long number) {
		return String.valueOf(number).getBytes(StandardCharsets.US_ASCII);
	}

	@Override
	public void close() {
		this.release.run();
	}

	/**
	 * Sends each command of a pipeline at once.
	 */
	private record OneByOne(AbstractPipeline pipeline) implements CommandExecutor {

		@Override
		public <T> T executeCommand(CommandObject<T> command) {
			Response<T> response = this.pipeline.executeCommand(command);
			this.pipeline.sync();
			return response.get();
		}

		@Override
		public void close() {
			this.pipeline.close();
		}

	}

}
