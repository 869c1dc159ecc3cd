package io.distributedlock.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import io.distributedlock.engine.EngineThreads;

/**
 * Engine threads that run nothing until the test says so, and then on the thread that
 * says so, in a fixed order: timers by the time they are due, then by the order they were
 * scheduled in; after each timer all work handed to the executors, in the order it came.
 * <p>
 * Thread-safe: other threads may schedule and execute while the test advances time. A
 * task may advance time itself: {@link ControllableTime#advance} as a pause of the whole
 * process would, {@link #advance} as an I/O call would that takes its time while the
 * other threads go on. An exception of a task ends the call that ran it and is thrown
 * from there; the other tasks stay in place.
 */
public final class ControllableThreads implements EngineThreads {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private final ControllableTime time;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Queue<Timer> timers = new PriorityQueue<>();

	private final List<Work> work = new ArrayList<>();

	private final Set<Kind> held = EnumSet.noneOf(Kind.class);

	private long lastNumber;

	private boolean closed;

	/**
	 * Creates threads without tasks.
	 * @param time the clock the timers go by; advance it through {@link #advance} to have
	 * them run
	 */
	public ControllableThreads(ControllableTime time) {
		this.time = time;
	}

	@Override
	public Cancellation schedule(Duration delay, Runnable task) {
		return locked(() -> {
			long due = this.time.nanoTime() + Math.max(0, delay.toNanos());
			Timer timer = new Timer(due, ++this.lastNumber, task);
			if (!this.closed) {
				this.timers.add(timer);
				this.changed.signalAll();
			}
			return () -> cancel(timer);
		});
	}

	@Override
	public Executor renewals() {
		return executor(Kind.RENEWALS);
	}

	@Override
	public Executor callbacks() {
		return executor(Kind.CALLBACKS);
	}

	@Override
	public Executor storeWork() {
		return executor(Kind.STORE_WORK);
	}

	@Override
	public void close() {
		locked(() -> {
			this.closed = true;
			this.timers.clear();
			this.work.clear();
			return this;
		});
	}

	/**
	 * Moves time forward, stopping at each timer that is due on the way to run it and
	 * then all pending work. Timers and work that come up meanwhile are run too, if they
	 * are due. Time ends where it was plus the duration, or later if a task took longer.
	 * @param duration how far, not negative; zero is {@link #runPending()}
	 * @throws IllegalArgumentException if the duration is negative
	 */
	public void advance(Duration duration) {
		if (duration.isNegative()) {
			throw new IllegalArgumentException("Cannot advance by " + duration + ": time only grows");
		}
		long target = this.time.nanoTime() + duration.toNanos();
		runPending();
		Optional<Timer> next = nextTimer(target);
		while (next.isPresent()) {
			this.time.advanceTo(next.get().due());
			next.get().task().run();
			runWork();
			next = nextTimer(target);
		}
		this.time.advanceTo(target);
	}

	/**
	 * Runs the pending work and the timers that are due, until nothing is left, without
	 * moving time.
	 */
	public void runPending() {
		runWork();
		Optional<Timer> next = nextTimer(this.time.nanoTime());
		while (next.isPresent()) {
			next.get().task().run();
			runWork();
			next = nextTimer(this.time.nanoTime());
		}
	}

	/**
	 * Keeps work of a kind from running, as if its threads were all busy.
	 * @param kind the kind of work
	 */
	public void hold(Kind kind) {
		locked(() -> this.held.add(kind));
	}

	/**
	 * Lets work of a kind run again, from the next {@link #advance} or
	 * {@link #runPending} on.
	 * @param kind the kind of work
	 */
	public void resume(Kind kind) {
		locked(() -> this.held.remove(kind));
	}

	/**
	 * Counts the timers.
	 * @return how many were scheduled and have neither run nor been cancelled
	 */
	public int timers() {
		return locked(this.timers::size);
	}

	/**
	 * Counts the pending work of a kind.
	 * @param kind the kind of work
	 * @return how many tasks have not started, those held back included
	 */
	public int pending(Kind kind) {
		return locked(() -> (int) this.work.stream().filter((each) -> each.kind() == kind).count());
	}

	/**
	 * Waits, for 10 seconds of real time at most, until there are so many timers. So a
	 * test learns that another thread is about to park: its timer was scheduled.
	 * @param atLeast the number of timers to wait for
	 * @throws AssertionError if there are fewer when the time is over
	 */
	public void awaitTimers(int atLeast) {
		await(() -> this.timers.size() >= atLeast, atLeast + " timers");
	}

	/**
	 * Waits, for 10 seconds of real time at most, until another thread has handed over so
	 * much work.
	 * @param kind the kind of work
	 * @param atLeast the number of tasks to wait for
	 * @throws AssertionError if there are fewer when the time is over
	 */
	public void awaitPending(Kind kind, int atLeast) {
		await(() -> pending(kind) >= atLeast, atLeast + " tasks of " + kind);
	}

	private void await(BooleanSupplier condition, String what) {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		this.lock.lock();
		try {
			while (!condition.getAsBoolean()) {
				long left = deadline - System.nanoTime();
				if (left <= 0) {
					throw new AssertionError("Waited %s for %s in vain, there are: %s".formatted(PATIENCE, what, this));
				}
				this.changed.awaitNanos(left);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError("Interrupted while waiting for " + what, ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	private Executor executor(Kind kind) {
		return (task) -> locked(() -> {
			if (!this.closed) {
				this.work.add(new Work(kind, task));
				this.changed.signalAll();
			}
			return this;
		});
	}

	private void cancel(Timer timer) {
		locked(() -> this.timers.remove(timer));
	}

	private void runWork() {
		Optional<Work> next = nextWork();
		while (next.isPresent()) {
			next.get().task().run();
			next = nextWork();
		}
	}

	private Optional<Work> nextWork() {
		return locked(() -> {
			Iterator<Work> iterator = this.work.iterator();
			while (iterator.hasNext()) {
				Work next = iterator.next();
				if (!this.held.contains(next.kind())) {
					iterator.remove();
					return Optional.of(next);
				}
			}
			return Optional.empty();
		});
	}

	/**
	 * Takes the first timer if it is due at the target, or now if that is later because a
	 * task took longer.
	 */
	private Optional<Timer> nextTimer(long target) {
		return locked(() -> {
			Timer first = this.timers.peek();
			if (first == null || (first.due() - target > 0 && first.due() - this.time.nanoTime() > 0)) {
				return Optional.empty();
			}
			this.timers.remove();
			return Optional.of(first);
		});
	}

	private <T> T locked(Supplier<T> action) {
		this.lock.lock();
		try {
			return action.get();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public String toString() {
		return locked(() -> "%d timers, work %s, held back %s, %s".formatted(this.timers.size(),
				this.work.stream().map(Work::kind).toList(), this.held, this.time));
	}

	/**
	 * A kind of work handed to an executor.
	 */
	public enum Kind {

		/** Of {@link EngineThreads#renewals()}. */
		RENEWALS,

		/** Of {@link EngineThreads#callbacks()}. */
		CALLBACKS,

		/** Of {@link EngineThreads#storeWork()}. */
		STORE_WORK

	}

	private record Work(Kind kind, Runnable task) {
	}

	private record Timer(long due, long number, Runnable task) implements Comparable<Timer> {

		private static final Comparator<Timer> ORDER = Comparator.comparingLong(Timer::due)
			.thenComparingLong(Timer::number);

		@Override
		public int compareTo(Timer other) {
			return ORDER.compare(this, other);
		}

	}

}
