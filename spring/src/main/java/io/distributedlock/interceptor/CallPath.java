package io.distributedlock.interceptor;

import java.util.List;
import java.util.Optional;

import io.distributedlock.Lease;
import io.distributedlock.LockContext;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The leases under which a subscription works. They travel in the Reactor context, as a
 * subscription has no thread of its own.
 *
 * @param leases the leases, innermost first
 */
record CallPath(List<Lease> leases) {

	private static final CallPath NONE = new CallPath(List.of());

	/**
	 * Returns the call path of the calling thread.
	 */
	static CallPath current() {
		return new CallPath(LockContext.leases());
	}

	/**
	 * Returns the call path that a subscription brings along.
	 */
	static CallPath of(ContextView context) {
		return context.<CallPath>getOrEmpty(CallPath.class).orElse(NONE);
	}

	/**
	 * Makes this the call path of a subscription.
	 */
	Context writeTo(Context context) {
		Context written = context.put(CallPath.class, this);
		return innermost().map((lease) -> written.put(Lease.class, lease)).orElse(written);
	}

	/**
	 * Runs an action under these leases, too.
	 */
	void run(Runnable action) {
		List<Lease> bound = LockContext.leases();
		Runnable all = action;
		for (Lease lease : this.leases) {
			all = bound.contains(lease) ? all : under(lease, all);
		}
		all.run();
	}

	Optional<Lease> innermost() {
		return this.leases.stream().findFirst();
	}

	private static Runnable under(Lease lease, Runnable action) {
		return () -> {
			try (LockContext.Scope scope = LockContext.bind(lease)) {
				action.run();
			}
		};
	}

}
