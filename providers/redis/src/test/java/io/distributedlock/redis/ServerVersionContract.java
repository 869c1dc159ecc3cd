package io.distributedlock.redis;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.AcquireResult.Held;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import io.distributedlock.store.WakeUpQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What may differ between versions of the server: numbers, and what it allows when its
 * memory is full.
 */
@Timeout(60)
abstract class ServerVersionContract {

	private static final Duration TTL = Duration.ofMinutes(1);

	private final RedisServer server;

	private final LettuceConnectionFactory connections;

	private final LettuceConnectionFactory administration;

	private final RedisLockStore store;

	ServerVersionContract(RedisProgram program) {
		this.server = new RedisServer(program);
		this.connections = Connections.lettuce(this.server.port());
		this.administration = Connections.administration(this.server.port());
		this.store = RedisLockStore.open(Connections.config(this.connections));
	}

	@AfterEach
	void close() {
		this.store.close();
		this.connections.destroy();
		this.administration.destroy();
		this.server.close();
	}

	@Test
	void tokensAndTimesAreExactToTheMicrosecond() {
		for (int i = 0; i < 50; i++) {
			String owner = "owner" + i;
			Granted grant = (Granted) acquire("k", owner);
			assertThat(grant.fencingToken()).isBetween(1_000_000_000_000_000L, 9_999_999_999_999_999L);
			assertThat(field("k", "token")).isEqualTo(grant.fencingToken());
			assertThat(field("k", "acquired")).isEqualTo(micros(grant.acquiredAt()));
			assertThat(field("k", "until")).isEqualTo(micros(grant.acquiredAt().plus(TTL)));
			long before = micros(Instant.now());
			Held held = (Held) acquire("k", "other");
			long after = micros(Instant.now());
			assertThat(held.fencingToken()).isEqualTo(grant.fencingToken());
			assertThat(held.remaining()).isBetween(Duration.of(field("k", "until") - after, ChronoUnit.MICROS),
					Duration.of(field("k", "until") - before, ChronoUnit.MICROS));
			assertThat(release("k", owner)).isEqualTo(ReleaseResult.RELEASED);
		}
	}

	@Test
	void scriptsCauseNoWarning() throws IOException {
		String before = log();
		acquire("k", "owner");
		this.store.tryAcquireOrQueue(new AcquireCommand("k", "other", "node", TTL));
		renew("k", "owner");
		this.store.find("k");
		this.store.held("", 10);
		release("k", "owner");
		this.store.abandon("k", "another", TTL);
		this.store.forceRelease("k");
		this.store.leaveQueue("k", "node");
		assertThat(log()).isEqualTo(before);
	}

	@Test
	void aFullServerRefusesAcquisitionsAndSaysSo() {
		fill();
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> acquire("k", "owner"))
			.withMessageStartingWith("Provider redis could not acquire lock 'k' (127.0.0.1:" + this.server.port() + ")")
			.withMessageContaining("OOM command not allowed when used memory > 'maxmemory'")
			.withMessageEndingWith("The server's memory is full: raise maxmemory");
	}

	@Test
	void aLockUsedBeforeCannotBeAcquiredOnAFullServerEither() {
		acquire("k", "owner");
		release("k", "owner");
		fill();
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> acquire("k", "next"))
			.withMessageContaining("raise maxmemory");
	}

	@Test
	void leasesGoOnAndEndOnAFullServer() {
		for (String key : new String[] { "renewed", "released", "abandoned", "forced" }) {
			acquire(key, "owner");
		}
		fill();
		assertThat(renew("renewed", "owner")).isEqualTo(RenewResult.RENEWED);
		assertThat(release("released", "owner")).isEqualTo(ReleaseResult.RELEASED);
		this.store.abandon("abandoned", "owner", TTL);
		assertThat(this.store.forceRelease("forced")).isTrue();
		assertThat(this.store.held("", 10)).extracting((lock) -> lock.key()).containsExactly("renewed");
		assertThat(acquire("renewed", "other")).isInstanceOf(Held.class);
	}

	@Test
	void anAcquisitionOnItsWayIsTakenBackOnAFullServerToo() {
		acquire("k", "owner");
		release("k", "owner");
		fill();
		this.store.abandon("k", "late", TTL);
		empty();
		assertThat(acquire("k", "late")).isInstanceOf(AcquireResult.Busy.class);
	}

	@Test
	void aReleaseOnAFullServerWakesTheNext() throws Exception {
		WakeUpLog wakeUps = new WakeUpLog();
		acquire("k", "owner");
		try (WakeUpQueue.Listening listening = this.store.listen("node", wakeUps.of("node"))) {
			this.store.tryAcquireOrQueue(new AcquireCommand("k", "other", "node", TTL));
			fill();
			assertThat(release("k", "owner")).isEqualTo(ReleaseResult.RELEASED);
			assertThat(wakeUps.next()).isEqualTo("node for k");
		}
	}

	@Test
	void aServerWithRoomAgainIsUsedAgain() {
		fill();
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> acquire("k", "owner"));
		empty();
		assertThat(acquire("k", "owner")).isInstanceOf(Granted.class);
	}

	private void fill() {
		set("maxmemory", "1");
	}

	private void empty() {
		set("maxmemory", "0");
	}

	private void set(String name, String value) {
		try (RedisConnection connection = this.administration.getConnection()) {
			connection.serverCommands().setConfig(name, value);
		}
	}

	private String log() throws IOException {
		try (RedisConnection connection = this.administration.getConnection()) {
			return Files.readString(Path
				.of(Objects.requireNonNull(connection.serverCommands().getConfig("logfile")).getProperty("logfile")));
		}
	}

	private long field(String key, String name) {
		try (RedisConnection connection = this.administration.getConnection()) {
			byte[] value = connection.hashCommands()
				.hGet(new Keys(RedisLockStoreConfig.DEFAULT_NAMESPACE).of(key), name.getBytes(StandardCharsets.UTF_8));
			return Long.parseLong(new String(Objects.requireNonNull(value), StandardCharsets.UTF_8));
		}
	}

	private static long micros(Instant time) {
		return ChronoUnit.MICROS.between(Instant.EPOCH, time);
	}

	private AcquireResult acquire(String key, String owner) {
		return this.store.tryAcquire(new AcquireCommand(key, owner, "node", TTL));
	}

	private RenewResult renew(String key, String owner) {
		return this.store.renew(new RenewCommand(key, owner, TTL));
	}

	private ReleaseResult release(String key, String owner) {
		return this.store.release(new ReleaseCommand(key, owner, Duration.ZERO));
	}

}
