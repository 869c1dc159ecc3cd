package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

import javax.sql.DataSource;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult.Busy;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.AcquireResult.Held;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.FieldSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What an update followed by an insert costs and how it fails. On H2, see
 * {@link H2Imitation}: no test of Oracle or SQL Server.
 */
@ParameterizedClass
@FieldSource("IMITATIONS")
class UpdateThenInsertSyntaxTests {

	static final List<H2Imitation> IMITATIONS = List.of(H2Imitation.ORACLE, H2Imitation.SQL_SERVER);

	private static final Duration TTL = Duration.ofMinutes(1);

	private final H2Imitation imitation;

	private final TestDatabase h2;

	private final Recorder recorder;

	private final JdbcLockStore store;

	UpdateThenInsertSyntaxTests(H2Imitation imitation) {
		this.imitation = imitation;
		this.h2 = imitation.database();
		this.recorder = new Recorder(imitation.withTable(this.h2.dataSource()));
		this.store = H2Imitation.store(this.recorder.dataSource());
		this.recorder.takeCalls();
	}

	@AfterEach
	void close() {
		this.h2.close();
	}

	@Test
	void aKeyNeverUsedTakesFourRoundTripsAndLaterOnesTwo() {
		acquire("k", "first");
		assertThat(takeStatements()).containsExactly("Update", "Query", "Update", "Query");
		release("k", "first");
		assertThat(takeStatements()).containsExactly("Update");
		acquire("k", "second");
		assertThat(takeStatements()).containsExactly("Update", "Query");
	}

	@Test
	void aContendedAttemptTakesTwoRoundTrips() {
		acquire("k", "holder");
		takeStatements();
		assertThat(this.store.tryAcquire(command("k", "other"))).isInstanceOf(Held.class);
		assertThat(takeStatements()).containsExactly("Update", "Query");
	}

	@Test
	void aRenewalTakesOneRoundTripForEachGrant() {
		acquire("a", "owner of a");
		acquire("b", "owner of b");
		takeStatements();
		assertThat(this.store
			.renewAll(List.of(new RenewCommand("b", "owner of b", TTL), new RenewCommand("a", "owner of a", TTL))))
			.containsOnly(RenewResult.RENEWED);
		assertThat(takeStatements()).containsExactly("Update", "Update");
	}

	@Test
	void timesAreMicrosecondsOfUtc() {
		Instant before = Instant.now().truncatedTo(ChronoUnit.MICROS);
		Granted grant = acquire("k", "o");
		assertThat(grant.acquiredAt()).isBetween(before, Instant.now());
		assertThat(grant.fencingToken()).isEqualTo(this.h2.number("acquired_at"));
		assertThat(this.h2.number("expires_at - acquired_at")).isEqualTo(60_000_000);
	}

	@Test
	void aLastTokenAheadOfTheClockIsCountedOn() {
		acquire("k", "first");
		release("k", "first");
		this.h2.execute("update distributed_lock set fencing_token = 9000000000000000");
		assertThat(acquire("k", "second").fencingToken()).isEqualTo(9_000_000_000_000_001L);
	}

	@Test
	void aReleasedOwnerThatAsksLateIsBusy() {
		acquire("k", "first");
		release("k", "first");
		assertThat(this.store.tryAcquire(command("k", "first"))).isEqualTo(new Busy());
		assertThat(acquire("k", "second").fencingToken()).isPositive();
	}

	@Test
	void aForcedOwnerThatAsksLateIsBusy() {
		acquire("k", "first");
		this.store.forceRelease("k");
		assertThat(this.store.tryAcquire(command("k", "first"))).isEqualTo(new Busy());
	}

	@Test
	void aReleaseKeptByMinHoldAndForcedIsStillRecognised() {
		acquire("k", "first");
		ReleaseCommand release = new ReleaseCommand("k", "first", Duration.ofHours(1));
		this.store.release(release);
		this.store.forceRelease("k");
		assertThat(this.store.release(release)).isEqualTo(ReleaseResult.RELEASED);
	}

	@Test
	void aFreeLockWhoseRowIsLockedIsBusy() throws SQLException {
		acquire("k", "first");
		release("k", "first");
		try (Connection other = lockRow()) {
			assertThat(this.store.tryAcquire(command("k", "second"))).isEqualTo(new Busy());
			other.rollback();
		}
	}

	@Test
	void aGrantWhoseRowIsLockedIsBusyNotRefused() throws SQLException {
		acquire("k", "holder");
		try (Connection other = lockRow()) {
			assertThat(this.store.renew(new RenewCommand("k", "holder", TTL))).isEqualTo(RenewResult.BUSY);
			other.rollback();
		}
	}

	@Test
	void aReleaseOfALockedRowFails() throws SQLException {
		acquire("k", "holder");
		try (Connection other = lockRow()) {
			assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> release("k", "holder"))
				.withMessageContaining("could not release lock 'k'");
			other.rollback();
		}
	}

	@Test
	void aKeyThatIsInsertedByOthersAgainAndAgainIsBusyAfterThreeAttempts() {
		this.recorder.answer("PreparedStatement.executeUpdate", failure(this.imitation.errorCodes().duplicate()));
		assertThat(this.store.tryAcquire(command("k", "other"))).isEqualTo(new Busy());
		assertThat(takeStatements()).filteredOn("Query"::equals).hasSize(3);
	}

	@Test
	void aDeadlockIsTriedThreeTimesAndIsThenBusy() {
		acquire("k", "first");
		release("k", "first");
		takeStatements();
		this.recorder.answer("PreparedStatement.executeUpdate", failure(this.imitation.errorCodes().deadlock()));
		assertThat(this.store.tryAcquire(command("k", "other"))).isEqualTo(new Busy());
		assertThat(takeStatements()).containsExactly("Update", "Update", "Update", "Query");
	}

	@Test
	void aDeadlockOfAReleaseIsAFailureAfterThreeAttempts() {
		acquire("k", "holder");
		takeStatements();
		this.recorder.answer("PreparedStatement.executeUpdate", failure(this.imitation.errorCodes().deadlock()));
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> release("k", "holder"));
		assertThat(takeStatements()).containsExactly("Update", "Update", "Update");
	}

	@Test
	void anyOtherFailureIsNoContention() {
		this.recorder.answer("PreparedStatement.executeUpdate", failure(4711));
		assertThatExceptionOfType(LockStoreException.class)
			.isThrownBy(() -> this.store.tryAcquire(command("k", "other")));
	}

	@Test
	void unusedRowsArePurgedInTheOrderOfTheirKeys() {
		JdbcLockStore purging = JdbcLockStore
			.open(JdbcLockStoreConfig.of(this.recorder.dataSource()).withRetention(Duration.ofDays(1)));
		this.h2
			.execute("insert into distributed_lock select stringtoutf8(char(40 + 5 * x)), 'released:o', 'n', 1, 0, 0 "
					+ "from system_range(1, 1500)");
		acquire(Character.toString(50), "holder");
		acquire(Character.toString(60), "recent");
		release(Character.toString(60), "recent");
		assertThat(purging.purgeSome()).isTrue();
		assertThat(this.h2.number("count(*)")).isEqualTo(502);
		assertThat(purging.purgeSome()).isTrue();
		assertThat(purging.purgeSome()).isFalse();
		assertThat(this.h2.number("count(*)")).isEqualTo(2);
		assertThat(this.store.find(Character.toString(50))).isPresent();
	}

	@Test
	void commitsAreNotGuarded() throws SQLException {
		acquire("k", "holder");
		takeStatements();
		try (Connection connection = this.recorder.dataSource().getConnection()) {
			connection.setAutoCommit(false);
			assertThat(this.store.commitGuard().guard(connection, List.of(new CommitGuard.Grant("k", "holder"))))
				.isEqualTo(new GuardResult.NotGuardable());
		}
		assertThat(takeStatements()).isEmpty();
	}

	@Test
	void keysAreListedWhateverFollowsThePrefix() {
		List.of("a", "a!", "a\ud83d\udd12", "a\uffff", "b").forEach((key) -> acquire(key, "owner of " + key));
		assertThat(this.store.held("a", 10)).hasSize(4);
		assertThat(this.store.held("", 10)).hasSize(5);
	}

	@Test
	void aMissingTableIsReportedWithItsScript() {
		this.h2.execute("drop table distributed_lock");
		DataSource dataSource = this.recorder.dataSource();
		assertThatExceptionOfType(MissingLockTableException.class).isThrownBy(() -> H2Imitation.store(dataSource))
			.satisfies((ex) -> assertThat(ex.scriptLocation()).endsWith(this.imitation.script()));
	}

	@Test
	void aKeyColumnThatIsNoBinaryIsRefused() {
		this.h2.execute("alter table distributed_lock alter column lock_key varchar(1020)");
		DataSource dataSource = this.recorder.dataSource();
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> H2Imitation.store(dataSource))
			.withMessageContaining("column lock_key is of type CHARACTER VARYING")
			.withMessageContaining("must be a binary type");
	}

	@Test
	void anOldVersionIsRefused() {
		this.recorder.answer("DatabaseMetaData.getDatabaseMajorVersion", this.imitation.version() - 1);
		DataSource dataSource = this.recorder.dataSource();
		assertThatExceptionOfType(UnsupportedDatabaseException.class).isThrownBy(() -> H2Imitation.store(dataSource))
			.withMessageContaining("Provider jdbc needs")
			.withMessageContaining("or newer, found");
	}

	private SQLException failure(int code) {
		return new SQLException("made up", "XXXXX", code);
	}

	private List<String> takeStatements() {
		return this.recorder.takeCalls()
			.stream()
			.filter((call) -> call.startsWith("PreparedStatement.execute"))
			.map((call) -> call.substring("PreparedStatement.execute".length()))
			.toList();
	}

	private Connection lockRow() {
		return this.h2.transaction("select * from distributed_lock for update");
	}

	private Granted acquire(String key, String owner) {
		return (Granted) this.store.tryAcquire(command(key, owner));
	}

	private void release(String key, String owner) {
		this.store.release(new ReleaseCommand(key, owner, Duration.ZERO));
	}

	private static AcquireCommand command(String key, String owner) {
		return new AcquireCommand(key, owner, "node of " + owner, TTL);
	}

}
