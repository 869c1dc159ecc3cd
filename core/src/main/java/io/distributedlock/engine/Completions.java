package io.distributedlock.engine;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * Hands results to those who wait for them, on threads that what depends on a result may
 * block, as it is user code. Every result is handed over: at the end by whoever ends
 * this, and then by whoever has it. Thread-safe.
 */
final class Completions implements Executor, AutoCloseable {

	private final EngineThreads threads;

	private final Set<Completion> pending = ConcurrentHashMap.newKeySet();

	private volatile boolean closed;

	Completions(EngineThreads threads) {
		this.threads = threads;
	}

	@Override
	public void execute(Runnable task) {
		Completion completion = new Completion(task);
		this.pending.add(completion);
		if (this.closed) {
			completion.run();
		}
		else {
			this.threads.completions().execute(completion);
		}
	}

	/**
	 * Hands over what is left. To be called when the threads have ended.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.pending.forEach(Completion::run);
	}

	boolean isIdle() {
		return this.pending.isEmpty();
	}

	/** A result to be handed over once. */
	private final class Completion implements Runnable {

		private final Runnable task;

		Completion(Runnable task) {
			this.task = task;
		}

		@Override
		public void run() {
			if (Completions.this.pending.remove(this)) {
				this.task.run();
			}
		}

	}

}
