package io.distributedlock.benchmarks.contender;

import java.sql.SQLException;

import io.distributedlock.benchmarks.measure.Contender;

/**
 * Acquires a free lock and releases it.
 *
 * @param peer what locks
 * @param keys how many keys take turns
 */
public record AcquireAndRelease(Peer peer, int keys) implements Contender {

	@Override
	public String name() {
		return this.peer.name();
	}

	@Override
	public void run(long turn) throws SQLException {
		String key = "free-" + turn % this.keys;
		this.peer.tryAcquire(key)
			.orElseThrow(() -> new IllegalStateException("Lock %s of %s is not free".formatted(key, name())))
			.run();
	}

}
