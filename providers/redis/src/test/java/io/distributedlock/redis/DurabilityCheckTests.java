package io.distributedlock.redis;

import java.util.List;

import io.distributedlock.LockStoreException;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Which settings of a server are reported when the store opens, and how.
 */
@Timeout(60)
class DurabilityCheckTests {

	private static final String NO_PERSISTENCE = "appendonly is no and save is empty, so a restart forgets all locks: set appendonly to yes";

	private final RedisServer server;

	private final LettuceConnectionFactory connections;

	DurabilityCheckTests() {
		this.server = new RedisServer(RedisProgram.EMBEDDED);
		this.connections = Connections.lettuce(this.server.port());
	}

	@AfterEach
	void close() {
		this.connections.destroy();
		this.server.close();
	}

	@Test
	void aServerThatKeepsLocksIsNotReported() {
		set("appendonly", "yes");
		assertThat(reports(false)).isEmpty();
		assertThat(reports(true)).isEmpty();
	}

	@Test
	void aServerThatForgetsLocksWhenItRestartsIsWarnedOf() {
		assertThat(reports(false)).singleElement(InstanceOfAssertFactories.STRING)
			.startsWith(
					"WARN Provider redis can lose locks (127.0.0.1:" + this.server.port() + ": " + NO_PERSISTENCE + ")")
			.contains("a second node acquires what the first still holds")
			.contains("fencing tokens grow all the same");
	}

	@Test
	void snapshotsArePersistence() {
		set("save", "3600 1");
		assertThat(reports(false)).isEmpty();
	}

	@Test
	void aServerThatEvictsLocksIsWarnedOf() {
		set("appendonly", "yes");
		for (String policy : List.of("allkeys-lru", "volatile-ttl", "allkeys-random")) {
			set("maxmemory-policy", policy);
			assertThat(reports(false)).singleElement(InstanceOfAssertFactories.STRING)
				.contains("maxmemory-policy is " + policy + ", so held locks can be evicted: set it to noeviction")
				.doesNotContain("appendonly");
		}
	}

	@Test
	void allThatIsWrongIsOneWarning() {
		set("maxmemory-policy", "volatile-lru");
		assertThat(reports(false)).singleElement(InstanceOfAssertFactories.STRING)
			.contains("volatile-lru")
			.contains(NO_PERSISTENCE);
	}

	@Test
	void aStrictStoreDoesNotOpenOnSuchAServer() {
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> reports(true))
			.withMessageStartingWith(
					"Provider redis can lose locks (127.0.0.1:" + this.server.port() + ": " + NO_PERSISTENCE)
			.withMessageEndingWith("To start nevertheless, set distributed-lock.redis.strict to false");
	}

	@Test
	void aServerThatDoesNotKnowConfigIsNoReasonNotToStart() {
		try (RedisServer silent = new RedisServer(RedisProgram.EMBEDDED, "--rename-command", "CONFIG", "")) {
			LettuceConnectionFactory factory = Connections.lettuce(silent.port());
			assertThat(reports(factory, false)).singleElement(InstanceOfAssertFactories.STRING)
				.startsWith(
						"INFO Provider redis could not check whether 127.0.0.1:" + silent.port() + " can lose locks: ")
				.contains("unknown command")
				.endsWith("Make sure that its maxmemory-policy is noeviction and its appendonly yes");
			assertThat(reports(factory, true)).singleElement(InstanceOfAssertFactories.STRING)
				.startsWith("WARN Provider redis could not check");
			factory.destroy();
		}
	}

	private List<String> reports(boolean strict) {
		return reports(this.connections, strict);
	}

	private static List<String> reports(LettuceConnectionFactory factory, boolean strict) {
		String port = String.valueOf(factory.getPort());
		try (LogWatch log = new LogWatch(DurabilityCheck.class)) {
			RedisLockStore.open(Connections.config(factory).withStrict(strict)).close();
			return log.messagesWith(port);
		}
	}

	private void set(String name, String value) {
		try (RedisConnection connection = this.connections.getConnection()) {
			connection.serverCommands().setConfig(name, value);
		}
	}

}
