package io.distributedlock.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.AcquireResult.Busy;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.AcquireResult.Held;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import io.distributedlock.store.StoredLock;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

/**
 * What an operator finds in Redis, and what the store makes of what it finds there.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedisStateTests {

	private static final Duration TTL = Duration.ofMinutes(1);

	private static final String NAME = "distributed-lock:k";

	private final RedisServer server = new RedisServer(RedisProgram.EMBEDDED);

	private final LettuceConnectionFactory connections = Connections.lettuce(this.server.port());

	private final RedisLockStoreConfig config = Connections.config(this.connections);

	private final RedisLockStore store = RedisLockStore.open(this.config);

	private final RedisConsole console = new RedisConsole(this.server);

	@BeforeEach
	void empty() {
		this.console.call("FLUSHALL");
	}

	@AfterAll
	void close() {
		this.store.close();
		this.connections.destroy();
		this.console.close();
		this.server.close();
	}

	@Test
	void aGrantIsAHash() {
		Granted grant = acquire("k", "o");
		Map<String, String> hash = this.console.hash(NAME);
		assertThat(hash).containsOnlyKeys("owner", "before", "token", "node", "acquired", "until")
			.containsEntry("owner", "o")
			.containsEntry("node", "node")
			.containsEntry("token", String.valueOf(grant.fencingToken()));
		assertThat(Micros.instant(field("acquired"))).isEqualTo(grant.acquiredAt());
		assertThat(number("until") - number("acquired")).isEqualTo(60_000_000);
	}

	@Test
	void aReleasedLockTellsWhoHadItAndKeepsItsToken() {
		Granted grant = acquire("k", "o");
		this.store.release(new ReleaseCommand("k", "o", Duration.ZERO));
		assertThat(this.console.hash(NAME)).containsOnlyKeys("owner", "before", "token", "node", "acquired", "until")
			.containsEntry("owner", "released:o")
			.containsEntry("token", String.valueOf(grant.fencingToken()))
			.containsEntry("until", "0");
	}

	@Test
	void aReleaseSentAgainWhenOtherOwnersHaveHadTheLockSinceIsNoLoss() {
		acquire("k", "o");
		this.store.release(new ReleaseCommand("k", "o", Duration.ZERO));
		for (int i = 0; i < 5; i++) {
			String next = UUID.randomUUID().toString();
			acquire("k", next);
			assertThat(this.store.release(new ReleaseCommand("k", "o", Duration.ZERO)))
				.isEqualTo(ReleaseResult.RELEASED);
			assertThat(field("owner")).isEqualTo(next);
			this.store.release(new ReleaseCommand("k", next, Duration.ZERO));
		}
	}

	@Test
	void onlyTheLastFewOwnersAreRemembered() {
		for (int i = 0; i < 100; i++) {
			String next = UUID.randomUUID().toString();
			acquire("k", next);
			this.store.release(new ReleaseCommand("k", next, Duration.ZERO));
		}
		assertThat(field("before")).hasSize(400);
	}

	@Test
	void anExpiredGrantIsNotReleasedAlthoughItWasTheOneBefore() {
		acquire("k", "o");
		this.console.call("HSET", NAME, "until", "1");
		acquire("k", "next");
		assertThat(this.store.release(new ReleaseCommand("k", "o", Duration.ZERO))).isEqualTo(ReleaseResult.NOT_OWNED);
	}

	@Test
	void aForcedReleaseSentAgainDoesNotEndTheGrantOfTheNextOwner() {
		acquire("k", "o");
		assertThat(forceRelease("call")).containsExactly("released");
		acquire("k", "next");
		assertThat(forceRelease("call")).containsExactly("released");
		assertThat(field("owner")).isEqualTo("next");
		assertThat(forceRelease("another call")).containsExactly("released");
		assertThat(field("owner")).isEqualTo("forced:next");
	}

	private List<String> forceRelease(String call) {
		try (RedisConnection connection = this.connections.getConnection()) {
			return LockScript.FORCE_RELEASE.run(connection, List.of(NAME.getBytes(StandardCharsets.UTF_8)),
					List.of(call, "60000000", "0"));
		}
	}

	@Test
	void aReleaseFreesTheLockAlthoughTheClockWasSetBack() {
		acquire("k", "o");
		long anHourAhead = number("acquired") + Duration.ofHours(1).toNanos() / 1_000;
		this.console.call("HSET", NAME, "acquired", String.valueOf(anHourAhead), "until",
				String.valueOf(2 * anHourAhead));
		this.store.release(new ReleaseCommand("k", "o", Duration.ZERO));
		acquire("k", "next");
	}

	@Test
	void aKeyThatSomebodyOverwroteDoesNotKeepOtherLeasesFromBeingRenewed() {
		acquire("k", "o");
		acquire("other", "o2");
		this.console.call("SET", NAME, "x");
		assertThat(this.store.renewAll(List.of(new RenewCommand("k", "o", TTL), new RenewCommand("other", "o2", TTL))))
			.containsExactly(RenewResult.REFUSED, RenewResult.RENEWED);
	}

	@Test
	void aLockKeptByMinHoldSaysUntilWhen() {
		acquire("k", "o");
		this.store.release(new ReleaseCommand("k", "o", Duration.ofSeconds(10)));
		assertThat(field("owner")).isEqualTo("released:o");
		assertThat(number("until") - number("acquired")).isEqualTo(10_000_000);
	}

	@Test
	void aForcedReleaseIsSeen() {
		acquire("k", "o");
		this.store.forceRelease("k");
		assertThat(this.console.hash(NAME)).containsEntry("owner", "forced:o").containsEntry("until", "0");
	}

	@Test
	void anOwnerWhoseLockWasForcedStaysRefused() {
		acquire("k", "o");
		this.store.forceRelease("k");
		assertThat(attempt("k", "o")).isEqualTo(new Busy());
		assertThat(attempt("k", "next")).isInstanceOf(Granted.class);
	}

	@Test
	void anOwnerThatReleasedStaysRefused() {
		acquire("k", "o");
		this.store.release(new ReleaseCommand("k", "o", Duration.ZERO));
		assertThat(attempt("k", "o")).isEqualTo(new Busy());
		assertThat(attempt("k", "next")).isInstanceOf(Granted.class);
	}

	@Test
	void anOwnerWhoseLockWasForcedDuringMinHoldStaysRefused() {
		acquire("k", "o");
		this.store.release(new ReleaseCommand("k", "o", TTL));
		this.store.forceRelease("k");
		assertThat(attempt("k", "o")).isEqualTo(new Busy());
	}

	@Test
	void aQueuedNodeIsSeen() {
		acquire("k", "o");
		this.store.tryAcquireOrQueue(new AcquireCommand("k", "other", "waiter", TTL));
		Map<String, String> hash = this.console.hash(NAME);
		assertThat(hash).containsEntry("last", "1");
		assertThat(hash.keySet()).filteredOn((field) -> field.startsWith("place:distributed-lock:wake-up:waiter:"))
			.singleElement()
			.satisfies((field) -> assertThat(hash.get(field)).matches("1 \\d{16}"));
	}

	@Test
	void aLockIsForgottenADayAfterItsLastUse() {
		acquire("k", "o");
		assertLifetime(Duration.ofHours(24));
		this.store.release(new ReleaseCommand("k", "o", Duration.ZERO));
		assertLifetime(Duration.ofHours(24));
	}

	@Test
	void eachStepOnAGrantKeepsTheLock() {
		acquire("k", "o");
		List<Runnable> steps = List.of(() -> this.store.renew(new RenewCommand("k", "o", TTL)),
				() -> this.store.release(new ReleaseCommand("k", "o", TTL)), () -> this.store.forceRelease("k"),
				() -> this.store.abandon("k", "another", TTL), () -> acquire("k", "next"));
		assertThat(steps).allSatisfy((step) -> {
			this.console.call("PEXPIRE", NAME, "60000");
			step.run();
			assertLifetime(Duration.ofHours(24));
		});
	}

	@Test
	void aGrantIsKeptForLongerThanTheRetentionIfItLastsLonger() {
		RedisLockStore brief = retaining(Duration.ofSeconds(1));
		brief.tryAcquire(new AcquireCommand("k", "o", "node", Duration.ofMinutes(2)));
		assertLifetime(Duration.ofMinutes(2));
		brief.renew(new RenewCommand("k", "o", Duration.ofMinutes(3)));
		assertLifetime(Duration.ofMinutes(3));
		brief.renew(new RenewCommand("k", "o", Duration.ofMinutes(1)));
		assertLifetime(Duration.ofMinutes(3));
		brief.release(new ReleaseCommand("k", "o", Duration.ofMinutes(4)));
		assertLifetime(Duration.ofMinutes(4));
	}

	@Test
	void aForgottenLockIsGoneAndItsTokenGrows() throws Exception {
		RedisLockStore brief = retaining(Duration.ofSeconds(1));
		AcquireCommand command = new AcquireCommand("k", "o", "node", Duration.ofMillis(200));
		Granted grant = (Granted) brief.tryAcquire(command);
		Eventually.holds("the key is gone", Duration.ofSeconds(20), () -> !this.console.exists(NAME));
		assertThat(brief.tryAcquire(command)).isInstanceOfSatisfying(Granted.class,
				(next) -> assertThat(next.fencingToken()).isGreaterThan(grant.fencingToken()));
	}

	@Test
	void aRetentionShorterThanASecondIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.config.withRetention(Duration.ofMillis(999)))
			.withMessage("Retention PT0.999S is shorter than a second: write for example 24h");
	}

	@Test
	void everyKeyThatAStepLeavesExpires() {
		List<Runnable> steps = List.of(() -> attempt("k", "o"), () -> attempt("k", "other"),
				() -> this.store.tryAcquireOrQueue(new AcquireCommand("k", "other", "waiter", TTL)),
				() -> this.store.renew(new RenewCommand("k", "o", TTL)),
				() -> this.store.release(new ReleaseCommand("k", "o", TTL)), () -> this.store.forceRelease("k"),
				() -> this.store.abandon("k", "o", TTL), () -> this.store.leaveQueue("k", "waiter"));
		for (Runnable step : steps) {
			for (Runnable before : List.<Runnable>of(() -> {
			}, () -> acquire("k", "o"))) {
				this.console.call("FLUSHALL");
				before.run();
				step.run();
				if (this.console.exists(NAME)) {
					assertThat(this.console.lifetime(NAME)).isPositive();
				}
			}
		}
	}

	@Test
	void aTokenGrowsAlsoWhenTheClockWasSetBack() {
		acquire("k", "o");
		this.store.release(new ReleaseCommand("k", "o", Duration.ZERO));
		this.console.call("HSET", NAME, "token", "8000000000000001");
		assertThat(acquire("k", "next").fencingToken()).isEqualTo(8_000_000_000_000_002L);
	}

	@ParameterizedTest
	@ValueSource(strings = { "order:{42}", "{}", "}{", "two words", "r\u00e4tsel", "\u9501", "\ud83d\udd12",
			"a*b?c[d]e\\f", "\"quoted\"", "wake-up:node" })
	void aKeyIsFoundUnderItsVeryName(String key) {
		Granted grant = acquire(key, "o");
		assertThat(this.console.hash("distributed-lock:" + key)).containsEntry("owner", "o");
		assertThat(this.store.find(key)).map(StoredLock::fencingToken).hasValue(grant.fencingToken());
		assertThat(this.store.held(key, 10)).singleElement().extracting(StoredLock::key).isEqualTo(key);
		assertThat(this.store.renew(new RenewCommand(key, "o", TTL))).isEqualTo(RenewResult.RENEWED);
	}

	@Test
	void aPrefixIsNoPattern() {
		List.of("a*b:1", "axb:1", "a[x]b:1", "a?b:1", "a\\b:1").forEach((key) -> acquire(key, "o"));
		assertThat(List.of("a*b:", "a[x]b:", "a?b:", "a\\b:"))
			.allSatisfy((prefix) -> assertThat(this.store.held(prefix, 10)).extracting(StoredLock::key)
				.containsOnly(prefix + "1"));
	}

	@Test
	void aNamespaceIsNoPattern() {
		RedisLockStore starred = RedisLockStore.open(this.config.withNamespace("*:"));
		acquire("k", "o");
		assertThat(starred.held("", 10)).isEmpty();
	}

	@Test
	void theSameKeyInAnotherNamespaceIsAnotherLock() {
		acquire("k", "o");
		RedisLockStore other = RedisLockStore.open(this.config.withNamespace("another:"));
		assertThat(other.tryAcquire(new AcquireCommand("k", "other", "node", TTL))).isInstanceOf(Granted.class);
		assertThat(other.held("", 10)).singleElement().extracting(StoredLock::key).isEqualTo("k");
		assertThat(this.console.exists("another:k")).isTrue();
	}

	@Test
	void whatIsNoLockIsNotListed() {
		acquire("k", "o");
		this.console.call("SET", "distributed-lock:string", "x");
		this.console.call("HSET", "distributed-lock:hash", "field", "x");
		this.console.call("HSET", "distributed-lock:until", "until", "tomorrow");
		this.console.call("HSET", "distributed-lock:number", "until", "9000000000000000");
		this.console.call("HSET", "distributed-lock:words", "until", "9000000000000000", "node", "n", "token", "t",
				"acquired", "a");
		assertThat(this.store.held("", 10)).extracting(StoredLock::key).containsOnly("k");
		assertThat(List.of("hash", "until", "number", "words"))
			.allSatisfy((key) -> assertThat(this.store.find(key)).isEmpty());
	}

	@Test
	void aStringUnderTheNameOfALockIsAFailureThatSaysSo() {
		this.console.call("SET", NAME, "x");
		failsForTheType(() -> attempt("k", "o"));
		assertThat(this.store.renew(new RenewCommand("k", "o", TTL))).isEqualTo(RenewResult.REFUSED);
		failsForTheType(() -> this.store.release(new ReleaseCommand("k", "o", Duration.ZERO)));
		failsForTheType(() -> this.store.forceRelease("k"));
		failsForTheType(() -> this.store.abandon("k", "o", TTL));
		failsForTheType(() -> this.store.find("k"));
		assertThat(this.console.call("GET", NAME)).isEqualTo("x");
	}

	@Test
	void heldLocksAreFoundAmongManyOtherKeys() {
		this.console.call("EVAL", """
				for i = 1, 20000 do
					redis.call('SET', 'session:' .. i, 'x')
				end
				for i = 1, 5000 do
					redis.call('HSET', 'distributed-lock:free' .. i, 'owner', 'released:o', 'until', '0', 'token', i)
				end
				""", "0");
		IntStream.range(0, 30).forEach((i) -> acquire("held" + i, "o" + i));
		assertThat(this.store.held("", 100)).extracting(StoredLock::key)
			.containsExactlyInAnyOrder(IntStream.range(0, 30).mapToObj((i) -> "held" + i).toArray(String[]::new));
		assertThat(this.store.held("", 10)).hasSize(10);
	}

	/**
	 * Closing a cursor gives back the connection it came from, which is still needed.
	 */
	@Test
	void listsLeaveNoConnectionsBehind() throws Exception {
		LettuceConnectionFactory unshared = Connections.lettuce(this.server.port());
		unshared.setShareNativeConnection(false);
		try (RedisLockStore listing = RedisLockStore.open(Connections.config(unshared))) {
			acquire("k", "o");
			int before = clients();
			for (int i = 0; i < 20; i++) {
				assertThat(listing.held("", 10)).hasSize(1);
			}
			Eventually.holds("the connections are gone", Duration.ofSeconds(10), () -> clients() <= before + 5);
		}
		finally {
			unshared.destroy();
		}
	}

	@Test
	void aDeletedLockIsFreeAndItsHolderHasLostIt() {
		Granted first = acquire("k", "first");
		this.console.call("DEL", NAME);
		assertThat(this.store.renew(new RenewCommand("k", "first", TTL))).isEqualTo(RenewResult.REFUSED);
		assertThat(this.console.exists(NAME)).isFalse();
		assertThat(acquire("k", "next").fencingToken()).isGreaterThan(first.fencingToken());
	}

	@Test
	void aContendedAttemptChangesNothing() {
		acquire("k", "o");
		Map<String, String> before = this.console.hash(NAME);
		this.console.call("PEXPIRE", NAME, "70000");
		assertThat(attempt("k", "other")).isInstanceOf(Held.class);
		assertThat(this.console.hash(NAME)).isEqualTo(before);
		assertLifetime(Duration.ofSeconds(70));
	}

	private RedisLockStore retaining(Duration retention) {
		return RedisLockStore.open(this.config.withRetention(retention));
	}

	private Granted acquire(String key, String owner) {
		return (Granted) attempt(key, owner);
	}

	private AcquireResult attempt(String key, String owner) {
		return this.store.tryAcquire(new AcquireCommand(key, owner, "node", TTL));
	}

	private void assertLifetime(Duration expected) {
		assertThat(this.console.lifetime(NAME)).isCloseTo(expected.toMillis(), within(10_000L));
	}

	private int clients() {
		return (int) this.console.call("CLIENT", "LIST").lines().count();
	}

	private String field(String name) {
		return this.console.hash(NAME).getOrDefault(name, "");
	}

	private long number(String field) {
		return Long.parseLong(field(field));
	}

	private static void failsForTheType(ThrowingCallable step) {
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(step)
			.withMessageContaining("WRONGTYPE")
			.withMessageContaining("Something else uses that key: choose another namespace");
	}

}
