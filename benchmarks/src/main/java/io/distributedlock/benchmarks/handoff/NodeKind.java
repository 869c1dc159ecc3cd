package io.distributedlock.benchmarks.handoff;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.distributedlock.benchmarks.contender.OwnEngine;
import io.distributedlock.benchmarks.contender.RedissonLocks;
import io.distributedlock.benchmarks.contender.SpringIntegration;
import io.distributedlock.benchmarks.contender.WaitingPeer;
import io.distributedlock.benchmarks.database.DatabaseAddress;
import io.distributedlock.benchmarks.recording.StatementRecorder;
import io.distributedlock.benchmarks.redis.RedisClients;
import io.distributedlock.jdbc.JdbcLockStore;
import io.distributedlock.jdbc.JdbcLockStoreConfig;
import io.distributedlock.redis.RedisLockStore;
import io.distributedlock.redis.RedisLockStoreConfig;
import org.redisson.api.RedissonClient;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * What a process locks with.
 */
public enum NodeKind {

	/** Our engine on a database; the address is URL, user and password. */
	DATABASE {
		@Override
		void lend(List<String> address, Runnable statement, Consumer<WaitingPeer> user) {
			DatabaseAddress database = new DatabaseAddress(address.get(0), address.get(1), address.get(2));
			try (HikariDataSource pool = database.pool(POOL_SIZE)) {
				DataSource counted = StatementRecorder.before(pool, (recorded) -> statement.run());
				try (OwnEngine engine = OwnEngine.on("jdbc", JdbcLockStore.open(JdbcLockStoreConfig.of(counted)))) {
					user.accept(engine);
				}
			}
		}
	},

	/** Our engine on Redis; the address is the port, as for all that follow. */
	OURS {
		@Override
		void lend(List<String> address, Runnable statement, Consumer<WaitingPeer> user) {
			LettuceConnectionFactory connections = RedisClients.spring(Integer.parseInt(address.get(0)));
			try (OwnEngine engine = OwnEngine.on("redis", RedisLockStore.open(RedisLockStoreConfig.of(connections)))) {
				user.accept(engine);
			}
			finally {
				connections.destroy();
			}
		}
	},

	/** Redisson. */
	REDISSON {
		@Override
		void lend(List<String> address, Runnable statement, Consumer<WaitingPeer> user) {
			RedissonClient client = RedisClients.redisson(Integer.parseInt(address.get(0)));
			try {
				user.accept(new RedissonLocks(client));
			}
			finally {
				client.shutdown();
			}
		}
	},

	/** Spring Integration, told of releases. */
	SPRING_INTEGRATION {
		@Override
		void lend(List<String> address, Runnable statement, Consumer<WaitingPeer> user) {
			LettuceConnectionFactory connections = RedisClients.spring(Integer.parseInt(address.get(0)));
			try (SpringIntegration integration = SpringIntegration.listening(connections)) {
				user.accept(integration);
			}
			finally {
				connections.destroy();
			}
		}
	};

	private static final int POOL_SIZE = 4;

	/**
	 * Reads a name.
	 * @param name the name, in any case
	 * @return the kind
	 * @throws IllegalArgumentException if it is unknown
	 */
	public static NodeKind parse(String name) {
		return valueOf(name.toUpperCase(Locale.ROOT));
	}

	/**
	 * Connects, and disconnects when the user has done.
	 * @param address where to
	 * @param statement told each statement that is sent to a database
	 * @param user what locks
	 */
	abstract void lend(List<String> address, Runnable statement, Consumer<WaitingPeer> user);

}
