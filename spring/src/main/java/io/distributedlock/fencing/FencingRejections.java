package io.distributedlock.fencing;

import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.distributedlock.LockAttempt;
import io.distributedlock.LockContext;
import io.distributedlock.LockListener;
import io.distributedlock.StaleFencingTokenException;

/**
 * Tells of refused fencing tokens: the log and the listeners. Thread-safe.
 */
public final class FencingRejections {

	private static final Logger logger = LoggerFactory.getLogger(FencingRejections.class);

	private final Iterable<? extends LockListener> listeners;

	/**
	 * Creates an instance.
	 * @param listeners asked for at each rejection
	 */
	public FencingRejections(Iterable<? extends LockListener> listeners) {
		this.listeners = listeners;
	}

	/**
	 * Tells that a resource refuses a token.
	 * @param resource the resource
	 * @param fencingToken the token
	 * @param highestToken the least token that the resource accepts
	 * @return what to throw
	 */
	StaleFencingTokenException reject(String resource, long fencingToken, long highestToken) {
		StaleFencingTokenException rejection = new StaleFencingTokenException(resource, fencingToken, highestToken);
		LockAttempt lock = LockContext.current()
			.map((lease) -> new LockAttempt(lease.key(), lease.name(), lease.provider()))
			.orElse(null);
		logger.warn("{} ({})", rejection.getMessage(),
				(lock != null) ? "lock '%s', provider %s".formatted(lock.key(), lock.provider()) : "no lease");
		each((listener) -> listener.fencingRejected(rejection, lock));
		return rejection;
	}

	private void each(Consumer<LockListener> call) {
		try {
			for (LockListener listener : this.listeners) {
				tell(listener, call);
			}
		}
		catch (RuntimeException ex) {
			logger.warn("Lock listeners cannot be told; the token is refused all the same", ex);
		}
	}

	private static void tell(LockListener listener, Consumer<LockListener> call) {
		try {
			call.accept(listener);
		}
		catch (RuntimeException | Error ex) {
			logger.warn("Lock listener {} failed; the token is refused all the same", listener.getClass().getName(),
					ex);
		}
	}

}
