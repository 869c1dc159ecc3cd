package io.distributedlock.redis;

import java.util.List;

import io.distributedlock.LockStoreException;
import io.lettuce.core.ReadFrom;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisClusterConnection;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisSentinelConnection;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettucePoolingClientConfiguration;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Connections on which replicas cannot be waited for.
 */
class RedisReplicaRefusalTests {

	private final RedisServer server = RedisServer.shared(RedisProgram.EMBEDDED);

	@Test
	void aSharedConnectionIsRefused() {
		LettuceConnectionFactory factory = Connections.lettuce(this.server.port());
		refuses(factory, "set shareNativeConnection of the LettuceConnectionFactory to false");
		factory.destroy();
	}

	@Test
	void jedisInAClusterIsRefused() {
		refuses(new JedisConnectionFactory(new RedisClusterConfiguration(List.of("127.0.0.1:1"))),
				"in a Cluster by Jedis: use Lettuce");
	}

	@Test
	void connectionsOfAnotherClientAreRefused() {
		refuses(new Other(), "Other: use LettuceConnectionFactory or JedisConnectionFactory");
	}

	@Test
	void connectionsThatReadFromReplicasAreRefused() {
		LettuceConnectionFactory factory = new LettuceConnectionFactory(
				new RedisStandaloneConfiguration("127.0.0.1", this.server.port()),
				LettucePoolingClientConfiguration.builder().readFrom(ReadFrom.REPLICA_PREFERRED).build());
		factory.setShareNativeConnection(false);
		Connections.started(this.server.port(), factory);
		assertThatExceptionOfType(LockStoreException.class)
			.isThrownBy(() -> RedisLockStore.open(Connections.config(factory).withReplicas(1)))
			.withMessageContaining("connect to the master alone, without readFrom");
		factory.destroy();
	}

	private static void refuses(RedisConnectionFactory factory, String message) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> RedisLockStore.open(Connections.config(factory).withReplicas(1)))
			.withMessageContaining(message)
			.withMessageContaining("or set distributed-lock.redis.replicas to 0");
	}

	/** Never asked for a connection. */
	private static final class Other implements RedisConnectionFactory {

		@Override
		public RedisConnection getConnection() {
			throw new UnsupportedOperationException();
		}

		@Override
		public RedisClusterConnection getClusterConnection() {
			throw new UnsupportedOperationException();
		}

		@Override
		public boolean getConvertPipelineAndTxResults() {
			return false;
		}

		@Override
		public RedisSentinelConnection getSentinelConnection() {
			throw new UnsupportedOperationException();
		}

		@Override
		public DataAccessException translateExceptionIfPossible(RuntimeException ex) {
			throw ex;
		}

	}

}
