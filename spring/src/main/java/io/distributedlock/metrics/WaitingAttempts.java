package io.distributedlock.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.distributedlock.LockAttempt;

/**
 * The acquisitions that found their lock held and have not ended. Thread-safe.
 */
public final class WaitingAttempts {

	private final Set<AttemptId> waiting = ConcurrentHashMap.newKeySet();

	/**
	 * An acquisition waits from now on.
	 * @param attempt the acquisition
	 */
	public void add(LockAttempt attempt) {
		this.waiting.add(new AttemptId(attempt));
	}

	/**
	 * An acquisition has ended.
	 * @param attempt the acquisition
	 * @return whether it had to wait
	 */
	public boolean remove(LockAttempt attempt) {
		return !this.waiting.isEmpty() && this.waiting.remove(new AttemptId(attempt));
	}

}
