package io.distributedlock.engine;

import io.distributedlock.Lease;
import io.distributedlock.LockContext.Scope;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * How leases mark the threads that work under them.
 */
enum ThreadMarks {

	/** Not at all. */
	NONE {

		@Override
		Scope put(Lease lease) {
			return NOTHING;
		}

		@Override
		Scope remove() {
			return NOTHING;
		}

	},

	/** In the diagnostic context of their logs. */
	LOGGING {

		@Override
		Scope put(Lease lease) {
			return set(lease.key(), Long.toString(lease.fencingToken()));
		}

		@Override
		Scope remove() {
			return set(null, null);
		}

	};

	private static final Scope NOTHING = () -> {
	};

	private static final String KEY = "lock.key";

	private static final String TOKEN = "lock.fencingToken";

	/**
	 * Marks the current thread.
	 */
	abstract Scope put(Lease lease);

	/**
	 * Takes the marks off the current thread.
	 */
	abstract Scope remove();

	private static Scope set(@Nullable String key, @Nullable String token) {
		String outerKey = MDC.get(KEY);
		String outerToken = MDC.get(TOKEN);
		setEntry(KEY, key);
		setEntry(TOKEN, token);
		return () -> {
			setEntry(KEY, outerKey);
			setEntry(TOKEN, outerToken);
		};
	}

	private static void setEntry(String name, @Nullable String value) {
		if (value != null) {
			MDC.put(name, value);
		}
		else {
			MDC.remove(name);
		}
	}

}
