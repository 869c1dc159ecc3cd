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

	},

	/** In the diagnostic context of their logs. */
	LOGGING {

		@Override
		Scope put(Lease lease) {
			String outerKey = MDC.get(KEY);
			String outerToken = MDC.get(TOKEN);
			MDC.put(KEY, lease.key());
			MDC.put(TOKEN, Long.toString(lease.fencingToken()));
			return () -> {
				restore(KEY, outerKey);
				restore(TOKEN, outerToken);
			};
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

	private static void restore(String name, @Nullable String value) {
		if (value != null) {
			MDC.put(name, value);
		}
		else {
			MDC.remove(name);
		}
	}

}
