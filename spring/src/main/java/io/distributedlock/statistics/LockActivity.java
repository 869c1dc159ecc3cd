package io.distributedlock.statistics;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

import io.distributedlock.AcquisitionOutcome;
import io.micrometer.core.instrument.Clock;

/**
 * Counts what happens to the locks of one name. Thread-safe.
 */
final class LockActivity {

	private final String name;

	private final String provider;

	private final LongAdder acquired = new LongAdder();

	private final LongAdder notAcquired = new LongAdder();

	private final LongAdder errors = new LongAdder();

	private final LongAdder contended = new LongAdder();

	private final LongAdder waiting = new LongAdder();

	private final LongAdder lost = new LongAdder();

	private final LongAdder renewed = new LongAdder();

	private final LongAdder renewalsFailed = new LongAdder();

	private final Durations acquisition;

	private final Percentiles percentiles;

	private final Durations hold;

	private final Timeline timeline;

	LockActivity(String name, String provider, Clock clock) {
		this.name = name;
		this.provider = provider;
		this.acquisition = new Durations(clock);
		this.percentiles = new Percentiles(clock);
		this.hold = new Durations(clock);
		this.timeline = new Timeline(clock);
	}

	void contended() {
		this.contended.increment();
		this.waiting.increment();
		this.timeline.contended();
	}

	void waitingEnded() {
		this.waiting.decrement();
	}

	/** Errors and interruptions have no latency: it would be that of a timeout. */
	void ended(AcquisitionOutcome outcome, Duration waited) {
		switch (outcome) {
			case ACQUIRED -> {
				this.acquired.increment();
				answered(waited);
			}
			case NOT_ACQUIRED -> {
				this.notAcquired.increment();
				answered(waited);
			}
			case ERROR -> this.errors.increment();
			case INTERRUPTED -> {
			}
		}
	}

	private void answered(Duration waited) {
		this.acquisition.record(waited);
		this.percentiles.record(waited);
		this.timeline.acquisition(waited);
	}

	void released(Duration held) {
		this.hold.record(held);
	}

	void lost() {
		this.lost.increment();
	}

	void renewed() {
		this.renewed.increment();
	}

	void renewalFailed() {
		this.renewalsFailed.increment();
	}

	LockFigures figures() {
		return new LockFigures(this.name, this.provider, this.acquired.sum(), this.notAcquired.sum(), this.errors.sum(),
				this.contended.sum(), this.waiting.sum(), this.lost.sum(), this.renewed.sum(),
				this.renewalsFailed.sum(), this.acquisition.summary(), this.percentiles.snapshot(), this.hold.summary(),
				this.timeline.intervals());
	}

}
