package io.distributedlock.redis;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.WakeUpQueue.Listening;
import io.distributedlock.test.TcpProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A node that listens, on a server of its own.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RedisListeningTests {

	private static final Duration TTL = Duration.ofMinutes(1);

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private final RedisServer server = new RedisServer(RedisProgram.EMBEDDED);

	private final RedisConnectionFactory other = Connections.lettuce(this.server.port());

	private final RedisLockStore otherStore = RedisLockStore.open(Connections.config(this.other));

	private final WakeUpLog wakeUps = new WakeUpLog();

	private final String key = UUID.randomUUID().toString();

	@AfterEach
	void close() {
		this.otherStore.close();
		this.server.close();
	}

	enum Client {

		LETTUCE {
			@Override
			RedisConnectionFactory connect(int port) {
				return Connections.lettuce(port);
			}
		},

		JEDIS {
			@Override
			RedisConnectionFactory connect(int port) {
				return Connections.jedis(port);
			}
		};

		abstract RedisConnectionFactory connect(int port);

	}

	@ParameterizedTest
	@EnumSource
	void aNodeThatListensToManyLocksHasOneConnectionForThat(Client client) throws Exception {
		try (RedisLockStore store = RedisLockStore.open(Connections.config(client.connect(this.server.port())));
				Listening unused = store.listen("node", this.wakeUps.of("node"))) {
			for (int i = 0; i < 50; i++) {
				hold(this.key + i);
				assertThat(store.tryAcquireOrQueue(command(this.key + i, "waiter", "node")))
					.isNotInstanceOf(Granted.class);
			}
			assertThat(subscriptions()).hasSize(1);
			assertThat(call("PUBSUB", "CHANNELS").lines()).hasSize(1);
			release(this.key + 7);
			assertThat(this.wakeUps.next()).isEqualTo("node for " + this.key + 7);
			assertThat(this.wakeUps.isEmpty()).isTrue();
		}
		Eventually.holds("the subscription ends", PATIENCE, () -> subscriptions().isEmpty());
	}

	@ParameterizedTest
	@EnumSource
	void aLostSubscriptionIsRestoredAndWhatWasReleasedMeanwhileIsMadeUpFor(Client client) throws Exception {
		try (RedisLockStore store = RedisLockStore.open(Connections.config(client.connect(this.server.port())));
				Listening unused = store.listen("node", this.wakeUps.of("node"))) {
			hold(this.key);
			store.tryAcquireOrQueue(command(this.key, "waiter", "node"));
			call("CLIENT", "KILL", "TYPE", "pubsub");
			release(this.key);
			assertThat(this.wakeUps.next()).isEqualTo("node for " + this.key);
			assertThat(store.tryAcquireOrQueue(command(this.key, "waiter", "node"))).isInstanceOf(Granted.class);
			Eventually.holds("the node listens again", PATIENCE, () -> !subscriptions().isEmpty());
		}
	}

	@ParameterizedTest
	@EnumSource
	void aNodeIsWokenAgainWhenTheServerIsBack(Client client) throws Exception {
		try (RedisLockStore store = RedisLockStore.open(Connections.config(client.connect(this.server.port())));
				Listening unused = store.listen("node", this.wakeUps.of("node"))) {
			hold(this.key);
			store.tryAcquireOrQueue(command(this.key, "waiter", "node"));
			this.server.kill();
			this.server.restart();
			assertThat(this.wakeUps.next()).isEqualTo("node for " + this.key);
			Eventually.holds("steps are possible again", PATIENCE, () -> {
				try {
					return hold(this.key) != null;
				}
				catch (LockStoreException ex) {
					return false;
				}
			});
			Eventually.holds("the node queues", PATIENCE, () -> {
				try {
					store.tryAcquireOrQueue(command(this.key, "waiter", "node"));
					return true;
				}
				catch (LockStoreException ex) {
					return false;
				}
			});
			release(this.key);
			assertThat(this.wakeUps.next()).isEqualTo("node for " + this.key);
		}
	}

	@Test
	void aSubscriptionThatHasGoneSilentIsNoticedAndReplaced() throws Exception {
		TcpProxy silent = this.server.newProxy();
		LettuceConnectionFactory direct = Connections.lettuce(this.server.port());
		LettuceConnectionFactory toSilent = Connections.lettuce(silent.port());
		AtomicBoolean subscribing = new AtomicBoolean();
		LettuceConnectionFactory factory = new LettuceConnectionFactory(
				new RedisStandaloneConfiguration("127.0.0.1", this.server.port())) {
			@Override
			public RedisConnection getConnection() {
				return subscribing.get() ? toSilent.getConnection() : direct.getConnection();
			}
		};
		try (RedisLockStore store = RedisLockStore.open(Connections.config(factory));
				LogWatch log = new LogWatch(RedisListening.class)) {
			subscribing.set(true);
			store.listen("node", this.wakeUps.of("node"));
			subscribing.set(false);
			hold(this.key);
			silent.holdReplies();
			Eventually.holds("a wake-up to make up for lost ones", PATIENCE, () -> {
				store.tryAcquireOrQueue(command(this.key, "waiter", "node"));
				return !this.wakeUps.isEmpty();
			});
			assertThat(this.wakeUps.next()).isEqualTo("node for " + this.key);
			assertThat(log.messagesWith("WARN Provider redis got no messages")).hasSize(1);
			store.tryAcquireOrQueue(command(this.key, "waiter", "node"));
			release(this.key);
			assertThat(this.wakeUps.next()).isEqualTo("node for " + this.key);
		}
	}

	@ParameterizedTest
	@EnumSource
	void listeningToAServerThatIsDownFailsAndLeavesNothingBehind(Client client) throws Exception {
		try (RedisLockStore store = RedisLockStore.open(Connections.config(client.connect(this.server.port())))) {
			this.server.kill();
			assertThatExceptionOfType(LockStoreException.class)
				.isThrownBy(() -> store.listen("node", this.wakeUps.of("node")))
				.withMessageContaining("could not listen for released locks");
			this.server.restart();
			assertThat(call("PUBSUB", "CHANNELS")).isEmpty();
		}
	}

	private List<String> subscriptions() {
		return call("CLIENT", "LIST", "TYPE", "pubsub").lines().toList();
	}

	private String call(String... command) {
		try (RedisConsole console = new RedisConsole(this.server)) {
			return console.call(command);
		}
	}

	private Granted hold(String key) {
		return (Granted) this.otherStore.tryAcquire(command(key, "holder", "other"));
	}

	private void release(String key) {
		this.otherStore.release(new ReleaseCommand(key, "holder", Duration.ZERO));
	}

	private static AcquireCommand command(String key, String owner, String node) {
		return new AcquireCommand(key, owner, node, TTL);
	}

}
