package io.distributedlock.redis;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import org.jspecify.annotations.Nullable;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.data.redis.RedisConnectionFailureException;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionProvider;

/**
 * The connection of Lettuce to the node of a Cluster that serves a lock. Follows
 * redirections itself: Lettuce would not tell where a command went in the end.
 */
final class PinnedClusterConnection implements PinnedConnection {

	private static final int MOST_REDIRECTIONS = 5;

	private static final Pattern REDIRECTION = Pattern.compile("(MOVED|ASK) \\d+ (.+):(\\d+)");

	private final StatefulRedisClusterConnection<byte[], byte[]> cluster;

	private final LettuceConnectionFactory factory;

	private @Nullable PinnedLettuceConnection node;

	@SuppressWarnings("unchecked")
	PinnedClusterConnection(RedisConnection connection, LettuceConnectionFactory factory) {
		this.cluster = (StatefulRedisClusterConnection<byte[], byte[]>) PinnedLettuceConnection.behind(connection);
		this.factory = factory;
	}

	@Override
	public List<String> run(LockScript script, List<byte[]> keys, List<String> arguments) {
		try {
			return run(0, masterOf(keys.get(0)), script, keys, arguments);
		}
		catch (RuntimeException ex) {
			// the next attempt shall find out where the lock is now
			refresh();
			throw ex;
		}
	}

	private List<String> run(int redirections, PinnedLettuceConnection target, LockScript script, List<byte[]> keys,
			List<String> arguments) {
		try {
			return target.run(script, keys, arguments);
		}
		catch (RuntimeException ex) {
			Matcher redirection = REDIRECTION
				.matcher(String.valueOf(NestedExceptionUtils.getMostSpecificCause(ex).getMessage()));
			if (redirections == MOST_REDIRECTIONS || !redirection.matches()) {
				throw ex;
			}
			PinnedLettuceConnection next = pin(redirection.group(2), Integer.parseInt(redirection.group(3)));
			if (redirection.group(1).equals("ASK")) {
				return next.runAsked(script, keys, arguments);
			}
			refresh();
			return run(redirections + 1, next, script, keys, arguments);
		}
	}

	private PinnedLettuceConnection masterOf(byte[] key) {
		int slot = SlotHash.getSlot(key);
		RedisClusterNode master = this.cluster.getPartitions().getMasterBySlot(slot);
		if (master == null) {
			throw new RedisConnectionFailureException("No node is known to serve slot " + slot);
		}
		return pin(master.getUri().getHost(), master.getUri().getPort());
	}

	private PinnedLettuceConnection pin(String host, int port) {
		close();
		StatefulRedisConnection<byte[], byte[]> connection = this.cluster.getConnection(host, port);
		PinnedLettuceConnection pinned = new PinnedLettuceConnection(
				new LettuceConnection(connection, new NoOtherConnection(), connection.getTimeout().toMillis(), 0),
				connection);
		this.node = pinned;
		return pinned;
	}

	private void refresh() {
		((RedisClusterClient) this.factory.getRequiredNativeClient()).refreshPartitionsAsync();
	}

	@Override
	public long waitForReplicas(int replicas, Duration timeout) {
		return Objects.requireNonNull(this.node).waitForReplicas(replicas, timeout);
	}

	@Override
	public void close() {
		if (this.node != null) {
			this.node.close();
		}
	}

	private static final class NoOtherConnection implements LettuceConnectionProvider {

		@Override
		public <T extends StatefulConnection<?, ?>> CompletionStage<T> getConnectionAsync(Class<T> type) {
			return CompletableFuture.failedFuture(new UnsupportedOperationException());
		}

	}

}
