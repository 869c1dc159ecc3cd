package io.distributedlock.transaction;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import io.distributedlock.engine.GrantedLease;

/**
 * The leases of each thread that wait for the completion of a transaction, running or
 * suspended.
 */
final class WaitingLeases {

	/** Latest first. Stays when empty: every lock and transaction of a thread asks. */
	private final ThreadLocal<Deque<Waiting>> ofThread = ThreadLocal.withInitial(ArrayDeque::new);

	/**
	 * Notes that a lease waits.
	 * @param lease the lease
	 * @param release gives it back
	 * @return to be run instead, on any thread
	 */
	Runnable add(GrantedLease lease, Runnable release) {
		Waiting waiting = new Waiting(lease);
		this.ofThread.get().addFirst(waiting);
		return () -> {
			waiting.released = true;
			this.ofThread.get().removeIf((each) -> each.released);
			release.run();
		};
	}

	List<GrantedLease> all() {
		Deque<Waiting> waiting = this.ofThread.get();
		// a transaction may be completed by another thread
		return waiting.stream().filter((each) -> !each.released).map((each) -> each.lease).toList();
	}

	private static final class Waiting {

		private final GrantedLease lease;

		private volatile boolean released;

		Waiting(GrantedLease lease) {
			this.lease = lease;
		}

	}

}
