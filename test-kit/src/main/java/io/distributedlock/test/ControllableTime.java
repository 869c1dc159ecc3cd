package io.distributedlock.test;

import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;

import io.distributedlock.time.TimeSource;

/**
 * Clocks that stand still until the test moves them. Thread-safe.
 * <p>
 * The monotonic clock starts below zero, as that of a machine may, so that code which
 * takes zero or the sign for something special is found out.
 */
public final class ControllableTime implements TimeSource {

	private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

	private static final Clocks AT_START = new Clocks(-Duration.ofSeconds(10).toNanos(), START);

	private volatile Clocks clocks = AT_START;

	@Override
	public long nanoTime() {
		return this.clocks.nanos();
	}

	@Override
	public Instant now() {
		return this.clocks.wall();
	}

	/**
	 * Moves both clocks.
	 * @param duration how far, not negative
	 * @throws IllegalArgumentException if the duration is negative
	 */
	public void advance(Duration duration) {
		if (duration.isNegative()) {
			throw new IllegalArgumentException("Cannot advance by " + duration
					+ ": time only grows; use jumpWallClock to set the wall clock back");
		}
		update((now) -> now.plus(duration.toNanos()));
	}

	/**
	 * Moves the wall clock alone: forward as on a machine that was suspended, or either
	 * way as when an operator sets the time.
	 * @param duration how far, may be negative
	 */
	public void jumpWallClock(Duration duration) {
		update((now) -> new Clocks(now.nanos(), now.wall().plus(duration)));
	}

	/**
	 * Moves both clocks until the monotonic one shows the given time, or not at all if it
	 * is past that already.
	 * @param nanos the time to move to, as of {@link #nanoTime()}
	 */
	void advanceTo(long nanos) {
		update((now) -> now.plus(Math.max(0, nanos - now.nanos())));
	}

	private synchronized void update(UnaryOperator<Clocks> change) {
		this.clocks = change.apply(this.clocks);
	}

	@Override
	public String toString() {
		return "ControllableTime[" + this.clocks + "]";
	}

	private record Clocks(long nanos, Instant wall) {

		Clocks plus(long nanosToAdd) {
			return new Clocks(this.nanos + nanosToAdd, this.wall.plusNanos(nanosToAdd));
		}

	}

}
