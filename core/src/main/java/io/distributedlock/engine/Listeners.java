package io.distributedlock.engine;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.distributedlock.AcquisitionOutcome;
import io.distributedlock.Lease;
import io.distributedlock.LeaseLost;
import io.distributedlock.LockAttempt;
import io.distributedlock.LockListener;
import io.distributedlock.LockStoreException;
import io.distributedlock.StaleFencingTokenException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All listeners as one that never throws.
 */
final class Listeners implements LockListener {

	private static final Logger logger = LoggerFactory.getLogger(Listeners.class);

	private final List<LockListener> listeners;

	Listeners(List<LockListener> listeners) {
		this.listeners = List.copyOf(listeners);
	}

	@Override
	public void declared(String name, String provider) {
		each((listener) -> listener.declared(name, provider));
	}

	@Override
	public void acquisitionBegun(LockAttempt attempt) {
		each((listener) -> listener.acquisitionBegun(attempt));
	}

	@Override
	public void acquired(Lease lease, Duration waited) {
		each((listener) -> listener.acquired(lease, waited));
	}

	@Override
	public void contended(LockAttempt attempt) {
		each((listener) -> listener.contended(attempt));
	}

	@Override
	public void acquisitionEnded(LockAttempt attempt, AcquisitionOutcome outcome, Duration waited) {
		each((listener) -> listener.acquisitionEnded(attempt, outcome, waited));
	}

	@Override
	public void released(Lease lease, Duration held) {
		each((listener) -> listener.released(lease, held));
	}

	@Override
	public void renewed(Lease lease) {
		each((listener) -> listener.renewed(lease));
	}

	@Override
	public void renewalFailed(Lease lease, LockStoreException cause) {
		each((listener) -> listener.renewalFailed(lease, cause));
	}

	@Override
	public void lost(LeaseLost lost) {
		each((listener) -> listener.lost(lost));
	}

	@Override
	public void storeFailed(LockAttempt attempt, LockStoreException cause) {
		each((listener) -> listener.storeFailed(attempt, cause));
	}

	@Override
	public void fencingRejected(StaleFencingTokenException rejection, @Nullable LockAttempt attempt) {
		each((listener) -> listener.fencingRejected(rejection, attempt));
	}

	private void each(Consumer<LockListener> call) {
		for (LockListener listener : this.listeners) {
			try {
				call.accept(listener);
			}
			catch (Throwable ex) {
				logger.warn("Lock listener {} failed; locks are not affected", listener.getClass().getName(), ex);
			}
		}
	}

}
