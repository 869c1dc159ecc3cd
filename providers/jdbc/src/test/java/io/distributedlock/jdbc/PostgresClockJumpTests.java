package io.distributedlock.jdbc;

import java.time.Duration;
import java.util.UUID;

import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.AcquireResult.Held;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A server whose clock jumps. The machine's clock stays as it is: a function of the name
 * {@code clock_timestamp} that adds a jump stands before PostgreSQL's on the search path,
 * so that all statements of the store see it, and nothing else does.
 */
class PostgresClockJumpTests {

	private static final Duration TTL = Duration.ofMinutes(1);

	private final TestDatabase database = PostgresServer.shared().newDatabase();

	private final TestDatabase jumping = this.database.sessionsWith("set search_path = jumping, pg_catalog, public");

	private final JdbcLockStore store;

	PostgresClockJumpTests() {
		this.database.execute("""
				create schema jumping;
				create table jumping.jump as select interval '0' as distance;
				create function jumping.clock_timestamp() returns timestamptz language sql volatile
				as 'select pg_catalog.clock_timestamp() + distance from jumping.jump'
				""");
		this.store = this.jumping.store();
	}

	@AfterEach
	void close() {
		this.jumping.close();
		this.database.close();
	}

	@Test
	void theStoreSeesTheJump() {
		Granted before = grant("k");
		jump(Duration.ofDays(1));
		assertThat(Duration.between(before.acquiredAt(), grant("another").acquiredAt()))
			.isGreaterThan(Duration.ofHours(23));
	}

	/** Only fencing and guards help against it. */
	@Test
	void aJumpForwardEndsLeasesEarlyAndTheirHoldersAreTold() {
		Granted first = grant("k");
		jump(Duration.ofMinutes(2));
		assertThat(renew("k", "owner of k")).isEqualTo(RenewResult.REFUSED);
		AcquireResult next = acquire("k", "next");
		assertThat(next).isInstanceOfSatisfying(Granted.class,
				(granted) -> assertThat(granted.fencingToken()).isGreaterThan(first.fencingToken()));
	}

	@Test
	void aJumpBackDoesNotShortenALease() {
		grant("k");
		jump(Duration.ofMinutes(-2));
		assertThat(acquire("k", "other")).isInstanceOfSatisfying(Held.class,
				(held) -> assertThat(held.remaining()).isGreaterThan(TTL));
		assertThat(renew("k", "owner of k")).isEqualTo(RenewResult.RENEWED);
		assertThat(acquire("k", "other")).isInstanceOfSatisfying(Held.class,
				(held) -> assertThat(held.remaining()).isGreaterThan(TTL));
	}

	@Test
	void tokensGrowOverJumpsBack() {
		long last = 0;
		for (int hours = 0; hours < 5; hours++) {
			jump(Duration.ofHours(-hours));
			String owner = UUID.randomUUID().toString();
			Granted granted = (Granted) acquire("k", owner);
			assertThat(granted.fencingToken()).isGreaterThan(last);
			last = granted.fencingToken();
			assertThat(this.store.release(new ReleaseCommand("k", owner, Duration.ZERO)))
				.isEqualTo(ReleaseResult.RELEASED);
		}
	}

	@Test
	void aPurgeAfterAJumpBackKeepsTokensThatWouldNotGrow() {
		JdbcLockStore forgetful = JdbcLockStore
			.open(JdbcLockStoreConfig.of(this.jumping.dataSource()).withRetention(Duration.ofSeconds(1)));
		long before = grant("k").fencingToken();
		this.store.release(new ReleaseCommand("k", "owner of k", Duration.ZERO));
		jump(Duration.ofHours(-1));
		while (forgetful.purgeSome()) {
			// the next batch
		}
		assertThat(((Granted) acquire("k", "next")).fencingToken()).isGreaterThan(before);
	}

	private void jump(Duration distance) {
		this.database
			.execute("update jumping.jump set distance = interval '%d seconds'".formatted(distance.toSeconds()));
	}

	private Granted grant(String key) {
		return (Granted) acquire(key, "owner of " + key);
	}

	private AcquireResult acquire(String key, String owner) {
		return this.store.tryAcquire(new AcquireCommand(key, owner, "node", TTL));
	}

	private RenewResult renew(String key, String owner) {
		return this.store.renew(new RenewCommand(key, owner, TTL));
	}

}
