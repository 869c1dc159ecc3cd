package io.distributedlock.benchmarks.contender;

import java.sql.SQLException;

import io.distributedlock.benchmarks.measure.Contender;

/**
 * Attempts once to acquire a lock that another node holds.
 */
public final class AttemptOnHeldLock implements Contender {

	private final Peer peer;

	private final String key;

	/**
	 * Takes the lock.
	 * @param holder the node that holds it
	 * @param peer the node that attempts
	 * @throws SQLException if the database fails
	 */
	public AttemptOnHeldLock(Peer holder, Peer peer) throws SQLException {
		this.peer = peer;
		this.key = "held-before-" + peer.name();
		if (holder.tryAcquire(this.key).isEmpty()) {
			throw new IllegalStateException("Lock %s is not free".formatted(this.key));
		}
	}

	@Override
	public String name() {
		return this.peer.name();
	}

	@Override
	public void run(long turn) throws SQLException {
		if (this.peer.tryAcquire(this.key).isPresent()) {
			throw new IllegalStateException("Lock %s of %s was free".formatted(this.key, name()));
		}
	}

}
