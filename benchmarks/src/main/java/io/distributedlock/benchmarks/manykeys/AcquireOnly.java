package io.distributedlock.benchmarks.manykeys;

import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Supplier;

import io.distributedlock.benchmarks.contender.OwnStore;
import io.distributedlock.benchmarks.contender.Peer.Release;
import io.distributedlock.benchmarks.database.LockTable;
import io.distributedlock.benchmarks.measure.Contender;

/**
 * Acquires free locks. Only the acquisition is timed; the release follows.
 */
public final class AcquireOnly implements Contender {

	private final OwnStore store;

	private final Supplier<String> keys;

	private Optional<Release> held = Optional.empty();

	private int refused;

	/**
	 * Creates a contender.
	 * @param name its name
	 * @param table where the locks are
	 * @param keys tells the next key
	 */
	public AcquireOnly(String name, LockTable table, Supplier<String> keys) {
		this.store = new OwnStore(name, table.store());
		this.keys = keys;
	}

	@Override
	public String name() {
		return this.store.name();
	}

	@Override
	public void run(long turn) {
		this.held = this.store.tryAcquire(this.keys.get());
	}

	@Override
	public void tidyUp(long turn) throws SQLException {
		if (this.held.isPresent()) {
			this.held.get().run();
		}
		else {
			this.refused++;
		}
	}

	/**
	 * Returns how often a lock was refused although nobody held it: its row was locked.
	 * @return the number
	 */
	int refused() {
		return this.refused;
	}

}
