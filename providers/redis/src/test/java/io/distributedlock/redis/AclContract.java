package io.distributedlock.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.AcquireResult.Held;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewResult;
import io.distributedlock.store.WakeUpQueue;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A user with the least rights, those of docs/redis.md: they are enough, and none is too
 * many.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
abstract class AclContract {

	private static final List<String> RIGHTS = List.of("~distributed-lock:*", "&distributed-lock:*", "+eval",
			"+evalsha", "+time", "+hmget", "+hget", "+hgetall", "+hset", "+hdel", "+hincrby", "+pexpireat", "+publish",
			"+subscribe", "+scan");

	private final RedisServer server;

	private final LettuceConnectionFactory administration;

	private final LettuceConnectionFactory connections;

	AclContract(RedisProgram program) {
		this.server = new RedisServer(program);
		this.administration = Connections.administration(this.server.port());
		this.connections = Connections.started(this.server.port(),
				new LettuceConnectionFactory(user(this.server.port()),
						LettuceClientConfiguration.builder()
							.commandTimeout(Connections.TIMEOUT)
							.shutdownTimeout(Duration.ZERO)
							.build()));
	}

	private static RedisStandaloneConfiguration user(int port) {
		RedisStandaloneConfiguration configuration = new RedisStandaloneConfiguration("127.0.0.1", port);
		configuration.setUsername("locks");
		configuration.setPassword("secret");
		return configuration;
	}

	@BeforeEach
	void allowEverything() {
		allow(RIGHTS.stream());
		try (RedisConnection connection = this.administration.getConnection()) {
			connection.serverCommands().flushAll();
			connection.scriptingCommands().scriptFlush();
		}
	}

	@AfterAll
	void close() {
		this.connections.destroy();
		this.administration.destroy();
		this.server.close();
	}

	@Test
	void theRightsAreEnough() throws Exception {
		useEverything();
	}

	static List<String> rights() {
		return RIGHTS;
	}

	@ParameterizedTest
	@MethodSource("rights")
	void noneOfTheRightsIsTooMany(String right) {
		allow(RIGHTS.stream().filter((each) -> !each.equals(right)));
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(this::useEverything)
			.withMessageContaining("Give the user the rights that docs/redis.md lists");
	}

	@Test
	void settingsThatMayNotBeReadAreNoReasonNotToStart() {
		try (LogWatch log = new LogWatch(DurabilityCheck.class)) {
			RedisLockStore.open(Connections.config(this.connections).withStrict(true)).close();
			assertThat(log.messagesWith("127.0.0.1:" + this.server.port()))
				.singleElement(InstanceOfAssertFactories.STRING)
				.startsWith("WARN Provider redis could not check")
				.contains("NOPERM");
		}
	}

	private void useEverything() throws Exception {
		WakeUpLog wakeUps = new WakeUpLog();
		RedisLockStore store = RedisLockStore.open(Connections.config(this.connections));
		try (WakeUpQueue.Listening listening = store.listen("node", wakeUps.of("node"))) {
			Owner holder = Owner.of(store, "k");
			Owner waiter = holder.rival();
			holder.acquire();
			assertThat(waiter.tryAcquire()).isInstanceOf(Held.class);
			assertThat(store.tryAcquireOrQueue(waiter.acquireCommand("node"))).isInstanceOf(Held.class);
			assertThat(holder.renew()).isEqualTo(RenewResult.RENEWED);
			assertThat(store.find("k")).isPresent();
			assertThat(store.held("", 10)).hasSize(1);
			assertThat(holder.release()).isEqualTo(ReleaseResult.RELEASED);
			assertThat(wakeUps.next()).isEqualTo("node for k");
			assertThat(store.tryAcquireOrQueue(waiter.acquireCommand("node"))).isInstanceOf(Granted.class);
			assertThat(store.forceRelease("k")).isTrue();
			store.abandon("k", holder.token(), holder.ttl());
			store.leaveQueue("k", "node");
		}
	}

	private void allow(Stream<String> rights) {
		String[] words = Stream
			.concat(Stream.of("SETUSER", "locks", "reset", "on", ">secret", "resetchannels", "-@all"), rights)
			.toArray(String[]::new);
		try (RedisConnection connection = this.administration.getConnection()) {
			connection.execute("ACL",
					Stream.of(words).map((word) -> word.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new));
		}
	}

}
