package io.distributedlock.fencing;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import javax.sql.DataSource;

import io.distributedlock.InvalidLockKeyException;
import io.distributedlock.Lease;
import io.distributedlock.LockAttempt;
import io.distributedlock.LockContext;
import io.distributedlock.LockListener;
import io.distributedlock.StaleFencingTokenException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoInteractions;

@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class FencingGuardTests {

	private static final long NOW = FenceDatabase.issued(Duration.ZERO);

	private static final String OUTSIDE = "A fencing token was checked outside a transaction";

	private final FenceDatabase fences = FenceDatabase.h2();

	@AfterEach
	void close() {
		this.fences.close();
	}

	@Test
	void takesTheTokenOfTheInnermostLease() {
		under(lease("outer", NOW + 1), () -> under(lease("inner", NOW), () -> this.fences.guard.check("order")));
		assertThat(this.fences.token("order")).isEqualTo(NOW);
	}

	@Test
	void withoutALeaseThereIsNoTokenToCheck() {
		assertThatIllegalStateException().isThrownBy(() -> this.fences.guard.check("order"))
			.withMessage(
					"Resource 'order' is checked without a lease on this call path: call it from a @DistributedLock "
							+ "method or from DistributedLocks.call(..), or pass the token: check(resource, fencingToken)");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "a\u0001", "a\ud800" })
	void resourcesFollowTheRulesOfLockKeys(String resource) {
		assertThatExceptionOfType(InvalidLockKeyException.class)
			.isThrownBy(() -> this.fences.guard.check(resource, NOW))
			.withMessageStartingWith("A fenced resource follows the rules of lock keys: Lock key");
	}

	@Test
	void resourcesHaveAtMost255CodePoints() {
		assertThatExceptionOfType(InvalidLockKeyException.class)
			.isThrownBy(() -> this.fences.guard.check("a".repeat(256), NOW))
			.withMessageContaining("has 256 characters, the limit is 255");
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, -1, (1L << 53) + 1 })
	void refusesWhatIsNoToken(long token) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.fences.guard.check("order", token))
			.withMessage("Fencing token %d is not between 1 and 9007199254740992: pass Lease.fencingToken()", token);
	}

	@Test
	void tellsListenersOfARejectionAndTheLockItHappenedUnder() {
		RecordingListener listener = new RecordingListener();
		this.fences.listeners.add(listener);
		this.fences.check("order", NOW);
		under(lease("order", NOW - 1), () -> assertStale("order", NOW - 1));
		assertStale("order", NOW - 2);
		assertThat(listener.told).containsExactly(
				"order %d < %d under LockAttempt[key=order, name=name of order, provider=test]".formatted(NOW - 1, NOW),
				"order %d < %d under null".formatted(NOW - 2, NOW));
	}

	@Test
	void aListenerThatThrowsChangesNothing(CapturedOutput output) {
		RecordingListener listener = new RecordingListener();
		this.fences.listeners.add(new LockListener() {
			@Override
			public void fencingRejected(StaleFencingTokenException rejection, @Nullable LockAttempt attempt) {
				throw new IllegalStateException("mine");
			}
		});
		this.fences.listeners.add(listener);
		this.fences.check("order", NOW);
		assertStale("order", NOW - 1);
		assertThat(listener.told).hasSize(1);
		assertThat(output).contains("failed; the token is refused all the same").contains("mine");
	}

	@Test
	void warnsOncePerRejection(CapturedOutput output) {
		this.fences.check("order", NOW);
		under(lease("order", NOW - 1), () -> assertStale("order", NOW - 1));
		assertThat(output)
			.containsOnlyOnce(
					"Fencing token %d is stale: resource 'order' accepts none below %d.".formatted(NOW - 1, NOW))
			.contains("(lock 'order', provider test)");
	}

	@Test
	void warnsOnceOfChecksOutsideTransactions(CapturedOutput output) {
		this.fences.check("order", NOW);
		assertThat(output).doesNotContain(OUTSIDE);
		this.fences.guard.check("order", NOW);
		this.fences.guard.check("order", NOW);
		assertThat(output).containsOnlyOnce(OUTSIDE);
	}

	@Test
	void aTransactionOfAnotherDataSourceIsNone(CapturedOutput output) {
		try (FenceDatabase other = FenceDatabase.h2()) {
			other.transaction().executeWithoutResult((status) -> this.fences.guard.check("order", NOW));
		}
		assertThat(output).contains(OUTSIDE);
	}

	@Test
	void aDatabaseThatIsNotSupportedIsToldWithWhatToDoInstead() throws SQLException {
		DataSource oracle = mock();
		Connection connection = mock();
		DatabaseMetaData metaData = mock();
		given(oracle.getConnection()).willReturn(connection);
		given(connection.getMetaData()).willReturn(metaData);
		given(metaData.getDatabaseProductName()).willReturn("Oracle");
		FenceTable table = new FenceTable(oracle, FenceTable.DEFAULT_NAME, FenceTable.DEFAULT_RETENTION);
		assertThatIllegalStateException().isThrownBy(() -> table.raise("order", NOW))
			.withMessageStartingWith(
					"FencingGuard does not support the database 'Oracle': supported are H2, MariaDB, MySQL and PostgreSQL.")
			.withMessageContaining("UPDATE .. SET .., fence = :token WHERE id = :id AND fence <= :token");
	}

	@Test
	void creatingAGuardDoesNotConnect() {
		DataSource unreachable = mock();
		assertThatNoException().isThrownBy(() -> new JdbcFencingGuard(
				new FenceTable(unreachable, FenceTable.DEFAULT_NAME, FenceTable.DEFAULT_RETENTION),
				new FencingRejections(List.of()))
			.close());
		verifyNoInteractions(unreachable);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a b", "fence;drop", "\"Fence\"", "a.b.c" })
	void refusesTableNamesThatAreNoIdentifiers(String name) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new FenceTable(this.fences.database.dataSource(), name, FenceTable.DEFAULT_RETENTION))
			.withMessageStartingWith("Fence table name '%s' is not allowed", name);
	}

	@Test
	void refusesARetentionThatIsNotPositive() {
		assertThatIllegalArgumentException().isThrownBy(
				() -> new FenceTable(this.fences.database.dataSource(), FenceTable.DEFAULT_NAME, Duration.ZERO));
	}

	@Test
	void purgesInTheBackgroundAfterTheFirstCheck() throws Exception {
		long old = FenceDatabase.issued(Duration.ofMinutes(1));
		this.fences.insert("unused", old, old);
		try (FenceDatabase forgetful = this.fences.with(Duration.ofSeconds(1))) {
			forgetful.check("order", FenceDatabase.issued(Duration.ZERO));
			long start = System.nanoTime();
			while (this.fences.resources().contains("unused")) {
				assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(20));
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
			}
		}
	}

	@Test
	void aClosedGuardStillChecks() {
		this.fences.guard.close();
		this.fences.check("order", NOW);
		assertStale("order", NOW - 1);
	}

	private void assertStale(String resource, long token) {
		assertThatExceptionOfType(StaleFencingTokenException.class)
			.isThrownBy(() -> this.fences.check(resource, token));
	}

	private static void under(Lease lease, Runnable work) {
		try (LockContext.Scope scope = LockContext.bind(lease)) {
			work.run();
		}
	}

	private static Lease lease(String key, long token) {
		Lease lease = mock();
		given(lease.key()).willReturn(key);
		given(lease.name()).willReturn("name of " + key);
		given(lease.provider()).willReturn("test");
		given(lease.fencingToken()).willReturn(token);
		return lease;
	}

	private static final class RecordingListener implements LockListener {

		private final List<String> told = new ArrayList<>();

		@Override
		public void fencingRejected(StaleFencingTokenException rejection, @Nullable LockAttempt attempt) {
			this.told.add("%s %d < %d under %s".formatted(rejection.resource(), rejection.fencingToken(),
					rejection.highestToken(), Optional.ofNullable(attempt).map(Object::toString).orElse("null")));
		}

	}

}
