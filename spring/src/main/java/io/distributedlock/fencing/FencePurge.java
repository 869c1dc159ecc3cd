package io.distributedlock.fencing;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Purges a fence table about once a day on a thread of its own. Nodes do so each for
 * itself: what one has deleted or locked, the others pass over.
 */
final class FencePurge implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(FencePurge.class);

	private static final Duration LONGEST_INTERVAL = Duration.ofDays(1);

	private static final int PURGES_PER_RETENTION = 7;

	private static final int FAILURES_TO_WARN_OF = 2;

	private final FenceTable table;

	private final AtomicBoolean started = new AtomicBoolean();

	/** Has no thread before its first task. */
	private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, (task) -> {
		Thread thread = new Thread(task, "distributed-lock-fence-purge");
		thread.setDaemon(true);
		return thread;
	}, new ThreadPoolExecutor.DiscardPolicy());

	private int failuresInARow;

	FencePurge(FenceTable table) {
		this.table = table;
	}

	/**
	 * Purges from now on, if that has not begun yet. The first time comes at a random
	 * moment of an interval, so that nodes do not purge together, and short-lived nodes
	 * do at all.
	 */
	void start() {
		if (!this.started.get() && this.started.compareAndSet(false, true)) {
			long interval = interval().toMillis();
			var unused = this.thread.scheduleWithFixedDelay(this::purge, ThreadLocalRandom.current().nextLong(interval),
					interval, TimeUnit.MILLISECONDS);
		}
	}

	private Duration interval() {
		Duration interval = this.table.retention().dividedBy(PURGES_PER_RETENTION).plusMillis(1);
		return (interval.compareTo(LONGEST_INTERVAL) < 0) ? interval : LONGEST_INTERVAL;
	}

	private void purge() {
		try {
			Optional<String> last = Optional.of("");
			while (last.isPresent() && !this.thread.isShutdown()) {
				last = this.table.purge(last.get());
			}
			this.failuresInARow = 0;
		}
		catch (RuntimeException | Error ex) {
			failed(ex);
		}
	}

	private void failed(Throwable failure) {
		this.failuresInARow++;
		if (this.failuresInARow == FAILURES_TO_WARN_OF) {
			logger.warn("Unused rows of the fence table {} pile up: they could not be purged {} times in a row",
					this.table, FAILURES_TO_WARN_OF, failure);
		}
		else {
			logger.debug("Unused rows of the fence table {} could not be purged", this.table, failure);
		}
	}

	/**
	 * Ends the purging after the statement that runs.
	 */
	@Override
	public void close() {
		this.thread.shutdown();
	}

}
