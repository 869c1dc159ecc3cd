package io.distributedlock.interceptor;

import java.time.Duration;

import io.distributedlock.engine.LockDefaults;

/**
 * What the attributes that an annotation leaves out mean.
 *
 * @param defaults as the application's locks are configured; annotations are checked
 * against them
 * @param scheduledMinHold the {@code minHold} of methods scheduled by cron
 */
public record LockAnnotationSettings(LockDefaults defaults, Duration scheduledMinHold) {

	/** The standard defaults, and one second for methods scheduled by cron. */
	public static final LockAnnotationSettings STANDARD = new LockAnnotationSettings(LockDefaults.STANDARD,
			Duration.ofSeconds(1));

	/**
	 * Checks the values.
	 */
	public LockAnnotationSettings {
		if (scheduledMinHold.isNegative()) {
			throw new IllegalArgumentException(
					"distributed-lock.scheduled.min-hold is %s: it must not be negative".formatted(scheduledMinHold));
		}
	}

}
