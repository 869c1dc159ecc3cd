package io.distributedlock.jdbc;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cancels statements that run too long, by a thread that looks at the running ones now
 * and then. A driver's query timeout would do the same, but the drivers of PostgreSQL and
 * MySQL wake a thread for each statement, which takes as long as a good part of the
 * statement. Each cancellation has a thread of its own, as a server that does not answer
 * may take its time for that, too. Thread-safe. The watching thread ends when there was
 * no statement for a while.
 */
final class StatementTimeouts {

	private static final Logger logger = LoggerFactory.getLogger(StatementTimeouts.class);

	private static final StatementTimeouts SHARED = new StatementTimeouts(Duration.ofMillis(50),
			Duration.ofSeconds(10));

	/** How long a cancellation may take, and hold up the thread of its statement. */
	private static final Duration CANCELLATION = Duration.ofSeconds(1);

	private final Set<Running> running = ConcurrentHashMap.newKeySet();

	private final Duration lateness;

	private final Duration rest;

	private volatile boolean watching;

	private volatile long lastStart;

	/**
	 * Creates an instance.
	 * @param lateness how late a statement may be cancelled
	 * @param rest after what time without a statement the thread ends
	 */
	StatementTimeouts(Duration lateness, Duration rest) {
		this.lateness = lateness;
		this.rest = rest;
	}

	static StatementTimeouts shared() {
		return SHARED;
	}

	/**
	 * Starts the time of a statement that is about to run.
	 * @param statement the statement
	 * @param timeout after what time it is cancelled
	 * @return ends the time
	 */
	Running start(Statement statement, Duration timeout) {
		long now = System.nanoTime();
		Running started = new Running(statement, now + timeout.toNanos());
		this.lastStart = now;
		this.running.add(started);
		if (!this.watching) {
			watchInBackground();
		}
		return started;
	}

	boolean isWatching() {
		return this.watching;
	}

	private synchronized void watchInBackground() {
		if (!this.watching) {
			startThread("distributed-lock-statement-timeouts", this::watch);
			this.watching = true;
		}
	}

	private void watch() {
		do {
			LockSupport.parkNanos(this.lateness.toNanos());
			long now = System.nanoTime();
			this.running.stream().filter((statement) -> statement.isOverdue(now)).forEach(Running::cancelInBackground);
		}
		while (!endOfWatch());
	}

	/**
	 * Who adds a statement looks at {@link #watching} afterwards, so either they see that
	 * the watch ends or this sees their statement.
	 */
	private synchronized boolean endOfWatch() {
		if (System.nanoTime() - this.lastStart > this.rest.toNanos()) {
			this.watching = false;
			this.watching = !this.running.isEmpty();
		}
		return !this.watching;
	}

	/** A thread that takes nothing over from the one that happens to start it. */
	private static void startThread(String name, Runnable task) {
		Thread thread = new Thread(null, task, name, 0, false);
		thread.setDaemon(true);
		thread.start();
	}

	/**
	 * A statement that may be running.
	 */
	final class Running implements AutoCloseable {

		private final Statement statement;

		private final long deadline;

		private final AtomicBoolean cancelling = new AtomicBoolean();

		/**
		 * Held while the statement is cancelled, so that its connection does not run
		 * another one meanwhile, which would be hit instead.
		 */
		private final ReentrantLock mutex = new ReentrantLock();

		private volatile boolean ended;

		private volatile boolean cancelled;

		private Running(Statement statement, long deadline) {
			this.statement = statement;
			this.deadline = deadline;
		}

		private boolean isOverdue(long now) {
			return now - this.deadline > 0;
		}

		/** Again and again until it ends: the server may not have begun with it. */
		private void cancelInBackground() {
			if (this.cancelling.compareAndSet(false, true)) {
				try {
					startThread("distributed-lock-statement-cancel", this::cancel);
				}
				catch (Error ex) {
					this.cancelling.set(false);
					logger.warn("Could not cancel a statement that takes too long", ex);
				}
			}
		}

		private void cancel() {
			this.mutex.lock();
			try {
				if (!this.ended) {
					this.cancelled = true;
					this.statement.cancel();
				}
			}
			catch (SQLException | RuntimeException ex) {
				logger.debug("Could not cancel a statement", ex);
			}
			finally {
				this.mutex.unlock();
				this.cancelling.set(false);
			}
		}

		/**
		 * Tells whether the statement was cancelled, if it has failed.
		 */
		boolean wasCancelled() {
			return this.cancelled;
		}

		/**
		 * Ends the time. The statement is not cancelled any more, nor one after it on the
		 * same connection: where a cancellation hangs, the connection is broken off.
		 */
		@Override
		public void close() throws SQLException {
			StatementTimeouts.this.running.remove(this);
			boolean interrupted = false;
			try {
				if (this.mutex.tryLock(CANCELLATION.toNanos(), TimeUnit.NANOSECONDS)) {
					this.ended = true;
					this.mutex.unlock();
					return;
				}
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
			this.ended = true;
			this.statement.getConnection().abort(Runnable::run);
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
