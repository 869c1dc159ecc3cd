package io.distributedlock;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The leases under which the current call path runs. Bound to the thread by closures and
 * annotated methods, not inherited by other threads unless {@linkplain #wrap wrapped}.
 */
public final class LockContext {

	private static final ThreadLocal<@Nullable Frame> CURRENT = new ThreadLocal<>();

	private static final Scope NO_MARK = () -> {
	};

	private LockContext() {
	}

	/**
	 * Returns the innermost lease of this call path.
	 * @return the lease, empty outside any lock
	 */
	public static Optional<Lease> current() {
		Frame frame = CURRENT.get();
		return (frame != null) ? Optional.of(frame.lease) : Optional.empty();
	}

	/**
	 * Returns every lease of this call path.
	 * @return the leases, innermost first
	 */
	public static List<Lease> leases() {
		Frame frame = CURRENT.get();
		if (frame == null) {
			return List.of();
		}
		List<Lease> leases = new ArrayList<>(2);
		for (; frame != null; frame = frame.outer) {
			leases.add(frame.lease);
		}
		return Collections.unmodifiableList(leases);
	}

	/**
	 * Carries the leases of the current call path to whichever thread runs the result.
	 * Does not prolong or release them.
	 * @param action the work
	 * @return the work, to run once or several times on any thread
	 */
	public static Runnable wrap(Runnable action) {
		Frame frame = CURRENT.get();
		return () -> {
			try (Scope scope = enter(frame)) {
				action.run();
			}
		};
	}

	/**
	 * Makes a lease the innermost of this call path. For integrations that run work under
	 * a lease; applications use the closures of {@link DistributedLocks}.
	 * @param lease the lease
	 * @return takes the lease off the call path again; to be closed on the same thread,
	 * in reverse order
	 */
	public static Scope bind(Lease lease) {
		return enter(new Frame(lease, CURRENT.get()));
	}

	private static Scope enter(@Nullable Frame frame) {
		Frame previous = CURRENT.get();
		Scope mark = mark(previous, frame);
		set(frame);
		return () -> {
			set(previous);
			mark.close();
		};
	}

	private static Scope mark(@Nullable Frame previous, @Nullable Frame frame) {
		if (frame != null && frame.lease instanceof Marking marking) {
			return marking.mark();
		}
		return (previous != null && previous.lease instanceof Marking marking) ? marking.unmark() : NO_MARK;
	}

	private static void set(@Nullable Frame frame) {
		if (frame != null) {
			CURRENT.set(frame);
		}
		else {
			CURRENT.remove();
		}
	}

	/**
	 * The stretch of a call path that runs under a lease.
	 */
	@FunctionalInterface
	public interface Scope extends AutoCloseable {

		@Override
		void close();

	}

	/**
	 * A lease that marks the threads that work under it, as in their logs.
	 */
	public interface Marking {

		/**
		 * Marks the current thread as the lease becomes the innermost of its call path.
		 * @return takes the mark off again and brings back what was there before; closed
		 * on the same thread, in reverse order
		 */
		Scope mark();

		/**
		 * Takes the mark off the current thread while work runs there that is not under
		 * the lease.
		 * @return brings it back; closed on the same thread, in reverse order
		 */
		Scope unmark();

	}

	private record Frame(Lease lease, @Nullable Frame outer) {
	}

}
