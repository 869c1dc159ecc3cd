package io.distributedlock.benchmarks.contender;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import javax.sql.DataSource;

import io.distributedlock.benchmarks.recording.RecordedStatement;
import io.distributedlock.benchmarks.recording.Replay;
import io.distributedlock.benchmarks.recording.StatementRecorder;
import io.distributedlock.jdbc.JdbcLockStore;
import io.distributedlock.jdbc.JdbcLockStoreConfig;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.ReleaseCommand;

/**
 * The statements of our store, sent by hand: a connection from the pool, a prepared
 * statement, its result, and nothing else.
 */
public final class SameStatements implements Peer {

	private final DataSource dataSource;

	private final Replay acquire;

	private final Replay release;

	/**
	 * Records the statements.
	 * @param dataSource where the lock table is
	 */
	public SameStatements(DataSource dataSource) {
		this.dataSource = dataSource;
		List<RecordedStatement> sent = new ArrayList<>();
		JdbcLockStore store = JdbcLockStore
			.open(JdbcLockStoreConfig.of(StatementRecorder.before(dataSource, sent::add)));
		sent.clear();
		store.tryAcquire(new AcquireCommand(Replay.KEY, Replay.OWNER, "by hand", OwnStore.TTL));
		this.acquire = Replay.takeOnlyOne(sent);
		store.release(new ReleaseCommand(Replay.KEY, Replay.OWNER, Duration.ZERO));
		this.release = Replay.takeOnlyOne(sent);
	}

	@Override
	public String name() {
		return "same statements by hand";
	}

	@Override
	public Optional<Release> tryAcquire(String key) throws SQLException {
		String owner = UUID.randomUUID().toString();
		if (Boolean.TRUE.equals(this.acquire.send(this.dataSource, key, owner))) {
			return Optional.of(() -> this.release.send(this.dataSource, key, owner));
		}
		return Optional.empty();
	}

}
