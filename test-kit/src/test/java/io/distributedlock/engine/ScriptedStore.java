package io.distributedlock.engine;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.LockStore;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;

/**
 * A polled store that behaves like the one it wraps, except where its script says
 * otherwise: each acquisition and each abandonment takes the next step of its script.
 * Records what it is asked.
 */
class ScriptedStore implements LockStore {

	private final LockStore wrapped;

	private final Queue<Step> acquireScript = new ConcurrentLinkedQueue<>();

	private final Queue<Abandonment> abandonScript = new ConcurrentLinkedQueue<>();

	private final List<AcquireCommand> acquires = new CopyOnWriteArrayList<>();

	private final List<String> abandoned = new CopyOnWriteArrayList<>();

	private final List<ReleaseCommand> releases = new CopyOnWriteArrayList<>();

	private final AtomicInteger inFlight = new AtomicInteger();

	private final AtomicInteger mostInFlight = new AtomicInteger();

	private final AtomicInteger closed = new AtomicInteger();

	ScriptedStore(LockStore wrapped) {
		this.wrapped = wrapped;
	}

	/** Lets the next acquisition without a step take this one. */
	ScriptedStore onAcquire(Step step) {
		this.acquireScript.add(step);
		return this;
	}

	/** Lets the next acquisitions without a step take this one. */
	ScriptedStore onAcquire(int times, Step step) {
		for (int i = 0; i < times; i++) {
			onAcquire(step);
		}
		return this;
	}

	/** Lets the next abandonment without a step take this one. */
	ScriptedStore onAbandon(Abandonment step) {
		this.abandonScript.add(step);
		return this;
	}

	@Override
	public AcquireResult tryAcquire(AcquireCommand command) {
		this.acquires.add(command);
		this.mostInFlight.accumulateAndGet(this.inFlight.incrementAndGet(), Math::max);
		try {
			Step step = this.acquireScript.poll();
			return (step != null) ? step.answer(() -> this.wrapped.tryAcquire(command))
					: this.wrapped.tryAcquire(command);
		}
		finally {
			this.inFlight.decrementAndGet();
		}
	}

	@Override
	public RenewResult renew(RenewCommand command) {
		return this.wrapped.renew(command);
	}

	@Override
	public ReleaseResult release(ReleaseCommand command) {
		this.releases.add(command);
		return this.wrapped.release(command);
	}

	@Override
	public boolean abandon(String key, String owner, Duration bound) {
		this.abandoned.add(owner);
		Abandonment step = this.abandonScript.poll();
		return (step != null) ? step.isDone(() -> this.wrapped.abandon(key, owner, bound))
				: this.wrapped.abandon(key, owner, bound);
	}

	@Override
	public void close() {
		this.closed.incrementAndGet();
	}

	List<AcquireCommand> acquires() {
		return this.acquires;
	}

	List<String> abandoned() {
		return this.abandoned;
	}

	List<ReleaseCommand> releases() {
		return this.releases;
	}

	int mostInFlight() {
		return this.mostInFlight.get();
	}

	int timesClosed() {
		return this.closed.get();
	}

	/** Answers that another node has the lock. */
	static Step heldFor(Duration remaining) {
		return (store) -> new AcquireResult.Held("other-node", 7, remaining);
	}

	/** Fails without having executed anything. */
	static Step fails() {
		return (store) -> {
			throw unreachable();
		};
	}

	/** Executes the acquisition and fails before the answer is out. */
	static Step failsAfterExecution() {
		return (store) -> {
			store.get();
			throw unreachable();
		};
	}

	static LockStoreException unreachable() {
		return new LockStoreException("Store is unreachable", null);
	}

	/** What a scripted acquisition does. */
	@FunctionalInterface
	interface Step {

		AcquireResult answer(Supplier<AcquireResult> store);

		/** Does something first, such as letting time pass. */
		default Step after(Runnable before) {
			return (store) -> {
				before.run();
				return answer(store);
			};
		}

	}

	/** What a scripted abandonment does. */
	@FunctionalInterface
	interface Abandonment {

		boolean isDone(Supplier<Boolean> store);

	}

	/**
	 * A place in the script where the store does not answer until the test lets it.
	 */
	static final class Gate implements Runnable {

		private final CountDownLatch reached = new CountDownLatch(1);

		private final CountDownLatch opened = new CountDownLatch(1);

		@Override
		public void run() {
			this.reached.countDown();
			try {
				if (!this.opened.await(20, TimeUnit.SECONDS)) {
					throw new AssertionError("The test left the gate closed");
				}
			}
			catch (InterruptedException ex) {
				throw new LockStoreException("Command was aborted", ex);
			}
		}

		void awaitReached() {
			try {
				if (!this.reached.await(10, TimeUnit.SECONDS)) {
					throw new AssertionError("Nobody came to the gate");
				}
			}
			catch (InterruptedException ex) {
				throw new AssertionError(ex);
			}
		}

		void open() {
			this.opened.countDown();
		}

	}

}
