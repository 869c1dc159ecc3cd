package io.distributedlock.engine;

/**
 * Interrupts a thread when a lease is lost, but only while it does the work under that
 * lease.
 */
final class InterruptGate {

	private final Thread worker = Thread.currentThread();

	private boolean open = true;

	private boolean interrupted;

	/**
	 * Watches the lease for the calling thread.
	 * @param lease the lease
	 * @return the gate, to be closed by the same thread when its work ends
	 */
	static InterruptGate open(HeldLease lease) {
		InterruptGate gate = new InterruptGate();
		lease.onLostAtOnce(gate::interrupt);
		return gate;
	}

	private synchronized void interrupt() {
		// An interrupt that is pending is somebody else's, and not to be taken back.
		if (this.open && !this.worker.isInterrupted()) {
			this.interrupted = true;
			this.worker.interrupt();
		}
	}

	/**
	 * Ends the delivery and takes an interrupt of this gate's back.
	 */
	synchronized void close() {
		this.open = false;
		if (this.interrupted) {
			Thread.interrupted();
		}
	}

}
