package io.distributedlock.jdbc;

import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult.Busy;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a step costs, and what it leaves alone.
 */
class JdbcLockStoreStepTests {

	private static final Duration TTL = Duration.ofMinutes(1);

	private final TestDatabase database = TestDatabase.inMemory();

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void eachStepIsOneStatementOnOneConnection() {
		Recorder recorder = new Recorder(this.database.dataSource());
		JdbcLockStore store = JdbcLockStore.open(JdbcLockStoreConfig.of(recorder.dataSource()));
		List<Runnable> steps = List.of(() -> store.tryAcquire(command("k", "first")),
				() -> store.tryAcquire(command("k", "first")), () -> store.tryAcquire(command("k", "second")),
				() -> store.renew(new RenewCommand("k", "first", TTL)),
				() -> store.release(new ReleaseCommand("k", "first", Duration.ZERO)),
				() -> store.release(new ReleaseCommand("k", "first", Duration.ZERO)),
				() -> store.tryAcquire(command("k", "third")),
				() -> store.release(new ReleaseCommand("k", "nobody", Duration.ZERO)), () -> store.find("k"),
				() -> store.held("", 10), () -> store.forceRelease("k"));
		recorder.takeCalls();
		assertThat(steps).allSatisfy((step) -> {
			step.run();
			assertThat(recorder.takeCalls()).containsExactly("DataSource.getConnection", "Connection.getNetworkTimeout",
					"Connection.setNetworkTimeout", "Connection.getAutoCommit", "Connection.prepareStatement",
					"PreparedStatement.executeQuery", "PreparedStatement.close", "Connection.setNetworkTimeout",
					"Connection.close");
		});
	}

	@Test
	void aBatchOfRenewalsIsOneStatementForEach200() {
		Recorder recorder = new Recorder(this.database.dataSource());
		JdbcLockStore store = JdbcLockStore.open(JdbcLockStoreConfig.of(recorder.dataSource()));
		List<RenewCommand> commands = IntStream.range(0, 450)
			.mapToObj((i) -> new RenewCommand("k" + (i * 7919 % 450), "owner" + i, TTL))
			.toList();
		commands.stream()
			.filter((each) -> !each.owner().endsWith("3"))
			.forEach((each) -> store.tryAcquire(command(each.key(), each.owner())));
		recorder.takeCalls();
		List<RenewResult> results = store.renewAll(commands);
		assertThat(recorder.takeCalls()).filteredOn("PreparedStatement.executeQuery"::equals).hasSize(3);
		assertThat(results).isEqualTo(commands.stream()
			.map((each) -> each.owner().endsWith("3") ? RenewResult.REFUSED : RenewResult.RENEWED)
			.toList());
	}

	@Test
	void aReleasedOwnerThatAsksLateIsBusyUntilOthersHadTheLock() {
		JdbcLockStore store = this.database.store();
		store.tryAcquire(command("k", "first"));
		store.release(new ReleaseCommand("k", "first", Duration.ZERO));
		assertThat(store.tryAcquire(command("k", "first"))).isEqualTo(new Busy());
		assertThat(this.database.number("expires_at")).isZero();
	}

	@Test
	void aForcedOwnerThatAsksLateIsNotGranted() {
		JdbcLockStore store = this.database.store();
		store.tryAcquire(command("k", "first"));
		store.forceRelease("k");
		assertThat(store.tryAcquire(command("k", "first"))).isEqualTo(new Busy());
	}

	@Test
	void anInterruptNeitherStopsAReleaseNorIsLost() {
		JdbcLockStore store = this.database.store();
		store.tryAcquire(command("k", "o"));
		Thread.currentThread().interrupt();
		assertThat(store.release(new ReleaseCommand("k", "o", Duration.ZERO))).isEqualTo(ReleaseResult.RELEASED);
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void aLongTtlDoesNotOverflow() {
		JdbcLockStore store = this.database.store();
		AcquireCommand forEver = new AcquireCommand("k", "o", "node", Duration.ofSeconds(Long.MAX_VALUE));
		assertThat(store.tryAcquire(forEver)).isInstanceOf(Granted.class);
		assertThat(store.renew(new RenewCommand("k", "o", Duration.ofSeconds(Long.MAX_VALUE))))
			.isEqualTo(RenewResult.RENEWED);
	}

	private static AcquireCommand command(String key, String owner) {
		return new AcquireCommand(key, owner, "node", TTL);
	}

}
