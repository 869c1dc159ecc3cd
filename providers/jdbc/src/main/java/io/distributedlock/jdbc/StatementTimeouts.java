package io.distributedlock.jdbc;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cancels statements that run too long, by a thread that looks at the running ones now
 * and then. A driver's query timeout would do the same, but the drivers of PostgreSQL and
 * MySQL wake a thread for each statement, which takes as long as a good part of the
 * statement. Thread-safe. The thread ends when there was no statement for a while.
 */
final class StatementTimeouts {

	private static final Logger logger = LoggerFactory.getLogger(StatementTimeouts.class);

	private static final StatementTimeouts SHARED = new StatementTimeouts(Duration.ofMillis(50),
			Duration.ofSeconds(10));

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
	 * @return ends the time; the statement is not cancelled any more
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
			this.watching = true;
			Thread thread = new Thread(this::watch, "distributed-lock-statement-timeouts");
			thread.setDaemon(true);
			thread.start();
		}
	}

	private void watch() {
		do {
			LockSupport.parkNanos(this.lateness.toNanos());
			long now = System.nanoTime();
			this.running.stream().filter((statement) -> statement.isOverdue(now)).forEach(Running::cancel);
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

	/**
	 * A statement that may be running.
	 */
	final class Running implements AutoCloseable {

		private final Statement statement;

		private final long deadline;

		private Running(Statement statement, long deadline) {
			this.statement = statement;
			this.deadline = deadline;
		}

		private boolean isOverdue(long now) {
			return now - this.deadline > 0;
		}

		/** Again and again until it ends: it may not have begun. */
		private void cancel() {
			try {
				this.statement.cancel();
			}
			catch (SQLException | RuntimeException ex) {
				logger.debug("Could not cancel a statement", ex);
			}
		}

		@Override
		public void close() {
			StatementTimeouts.this.running.remove(this);
		}

	}

}
