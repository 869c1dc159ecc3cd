package io.distributedlock.engine;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * The kinds of threads the engine needs, kept apart so that none can hold up another.
 * Thread-safe.
 */
public interface EngineThreads extends AutoCloseable {

	/**
	 * Runs a task after a delay on a thread that does no I/O and runs no user code, so
	 * that deadlines are announced in time.
	 * @param delay the delay; zero or negative for at once
	 * @param task returns quickly
	 * @return cancels the task if it has not started
	 */
	Cancellation schedule(Duration delay, Runnable task);

	/**
	 * Returns where leases are renewed.
	 * @return threads for the I/O of renewals alone
	 */
	Executor renewals();

	/**
	 * Returns where callbacks and listeners run.
	 * @return threads for user code
	 */
	Executor callbacks();

	/**
	 * Returns where other work on stores is done: asynchronous acquisitions, clean-up and
	 * release retries.
	 * @return threads for I/O that no lease depends on
	 */
	Executor storeWork();

	/**
	 * Returns where the results of asynchronous acquisitions are completed, and with them
	 * whatever user code depends on them.
	 * @return threads that are there even while others are blocked by such code
	 */
	default Executor completions() {
		return callbacks();
	}

	/**
	 * Ends the threads within a few seconds. Scheduled tasks are dropped; tasks already
	 * handed over are run if there is time.
	 */
	@Override
	void close();

	/**
	 * Cancels a scheduled task.
	 */
	@FunctionalInterface
	interface Cancellation {

		/**
		 * Cancels the task if it has not started; else does nothing.
		 */
		void cancel();

	}

}
