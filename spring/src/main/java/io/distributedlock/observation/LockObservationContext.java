package io.distributedlock.observation;

import io.micrometer.observation.Observation;

/**
 * What observations of locks have in common.
 */
public abstract sealed class LockObservationContext extends Observation.Context
		permits LockAcquireContext, LockHeldContext {

	private final String key;

	private final String lock;

	private final String provider;

	LockObservationContext(String key, String lock, String provider) {
		this.key = key;
		this.lock = lock;
		this.provider = provider;
	}

	/**
	 * Returns the logical key. There is no end of them.
	 * @return the key
	 */
	public String getKey() {
		return this.key;
	}

	/**
	 * Returns the bounded name under which the lock is counted.
	 * @return the name
	 */
	public String getLock() {
		return this.lock;
	}

	/**
	 * Returns the provider that is asked.
	 * @return its name
	 */
	public String getProvider() {
		return this.provider;
	}

}
