package io.distributedlock.redis;

import java.time.Duration;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.RenewCommand;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Servers that answer, but refuse: a failure that says why, never contention.
 */
@Timeout(120)
class RedisRefusalTests {

	private static final Duration TTL = Duration.ofMinutes(1);

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	@ParameterizedTest
	@EnumSource(RedisProgram.class)
	void aReplicaSaysToConnectToTheMaster(RedisProgram program) throws Exception {
		Assumptions.assumeTrue(program.isAvailable(), () -> program + " is not on this machine");
		try (RedisServer master = new RedisServer(program);
				RedisServer replica = new RedisServer(program, "--replicaof", "127.0.0.1",
						String.valueOf(master.port()))) {
			withStore(master, (store) -> acquire(store, "held", "o"));
			withStore(replica, (store) -> {
				Eventually.holds("the grant is replicated", PATIENCE, () -> store.find("held").isPresent());
				String advice = "The server is a replica: connect to the master";
				fails(advice, () -> acquire(store, "k", "o"));
				fails(advice, () -> store.renew(new RenewCommand("held", "o", TTL)));
				fails(advice, () -> store.release(new ReleaseCommand("held", "o", Duration.ZERO)));
				fails(advice, () -> store.forceRelease("held"));
				fails(advice, () -> store.abandon("k", "o", TTL));
			});
		}
	}

	@ParameterizedTest
	@EnumSource(RedisProgram.class)
	void aServerBlockedByAScriptSaysSo(RedisProgram program) throws Exception {
		Assumptions.assumeTrue(program.isAvailable(), () -> program + " is not on this machine");
		try (RedisServer server = new RedisServer(program, "--lua-time-limit", "50");
				RedisConsole blocking = new RedisConsole(server);
				RedisConsole console = new RedisConsole(server)) {
			withStore(server, (store) -> {
				acquire(store, "held", "o");
				blocking.send("EVAL", "while true do end", "0");
				Eventually.holds("the server says that it is busy", PATIENCE, () -> isBusy(console));
				String advice = "A script of somebody else blocks the server: check what runs there";
				fails(advice, () -> acquire(store, "k", "o"));
				fails(advice, () -> store.renew(new RenewCommand("held", "o", TTL)));
				fails(advice, () -> store.release(new ReleaseCommand("held", "o", Duration.ZERO)));
				fails(advice, () -> store.find("k"));
				fails(advice, () -> store.held("", 10));
				console.call("SCRIPT", "KILL");
				Eventually.holds("the server answers", PATIENCE, () -> !isBusy(console));
				assertThat(acquire(store, "k", "o")).isInstanceOf(Granted.class);
			});
		}
	}

	@ParameterizedTest
	@EnumSource(RedisProgram.class)
	void aServerThatLoadsItsDataSaysSo(RedisProgram program) throws Exception {
		Assumptions.assumeTrue(program.isAvailable(), () -> program + " is not on this machine");
		try (RedisServer server = new RedisServer(program, "--key-load-delay", "20000", "--rdbcompression", "no")) {
			withStore(server, (store) -> {
				try (RedisConsole console = new RedisConsole(server)) {
					console.call("EVAL", "for i = 1, 100 do redis.call('SET', i, string.rep('x', 400000)) end", "0");
					console.call("SAVE");
				}
				server.kill();
				server.restart();
				Eventually.holds("a step says that the server loads", PATIENCE,
						() -> says("The server loads its data: wait until it is up", () -> acquire(store, "k", "o")));
				Eventually.holds("a step succeeds", PATIENCE, () -> says("", () -> acquire(store, "k", "o")));
			});
		}
	}

	private static void withStore(RedisServer server, Scene scene) throws Exception {
		LettuceConnectionFactory connections = Connections.lettuce(server.port());
		try (RedisLockStore store = RedisLockStore.open(Connections.config(connections))) {
			scene.play(store);
		}
		finally {
			connections.destroy();
		}
	}

	private static AcquireResult acquire(RedisLockStore store, String key, String owner) {
		return store.tryAcquire(new AcquireCommand(key, owner, "node", TTL));
	}

	private static boolean isBusy(RedisConsole console) {
		try {
			console.call("GET", "x");
			return false;
		}
		catch (IllegalStateException ex) {
			assertThat(ex).hasMessageStartingWith("BUSY");
			return true;
		}
	}

	/** Whether a step fails with some advice, or succeeds where there is none. */
	private static boolean says(String advice, Runnable step) {
		try {
			step.run();
			return advice.isEmpty();
		}
		catch (LockStoreException ex) {
			return !advice.isEmpty() && String.valueOf(ex.getMessage()).endsWith(advice);
		}
	}

	private static void fails(String advice, ThrowingCallable step) {
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(step)
			.satisfies((failure) -> assertThat(failure).hasMessageEndingWith(advice));
	}

	@FunctionalInterface
	private interface Scene {

		void play(RedisLockStore store) throws Exception;

	}

}
