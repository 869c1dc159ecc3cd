package io.distributedlock.autoconfigure.jdbc;

import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.SQLExceptionOverride;

/**
 * Lets a pool's connections to an H2 server end when the server freezes. H2's driver
 * would wait for its answer for ever, and the lock store sets no query timeout there.
 */
final class H2NetworkTimeout {

	private static final String SETTING = "NETWORK_TIMEOUT";

	/** Connection broken, database closed, closed by a shutdown. */
	private static final Set<Integer> SESSION_OVER = Set.of(90067, 90098, 90121);

	private H2NetworkTimeout() {
	}

	/**
	 * Bounds how long a connection waits for an answer, unless the application does so
	 * itself. The settings of other databases stay as they are.
	 * @param pool the settings of a pool that is not started
	 * @param millis the longest wait for an answer
	 */
	static void set(HikariConfig pool, long millis) {
		String url = pool.getJdbcUrl();
		if (url == null || !url.startsWith("jdbc:h2:")) {
			return;
		}
		if (!isSet(pool, url)) {
			// Not as a property: the application's pool has the same set of them.
			pool.setJdbcUrl("%s;%s=%d".formatted(url, SETTING, Math.min(millis, Integer.MAX_VALUE)));
		}
		if (pool.getExceptionOverride() == null) {
			pool.setExceptionOverride(evictEndedSessions());
		}
	}

	private static boolean isSet(HikariConfig pool, String url) {
		return url.toUpperCase(Locale.ROOT).contains(";" + SETTING + "=") || pool.getDataSourceProperties()
			.keySet()
			.stream()
			.anyMatch((key) -> SETTING.equalsIgnoreCase("" + key));
	}

	/**
	 * HikariCP does not know H2's codes: it would hand out a broken connection again and
	 * again while there is enough traffic.
	 */
	private static SQLExceptionOverride evictEndedSessions() {
		return new SQLExceptionOverride() {
			@java.lang.Override
			public Override adjudicate(SQLException failure) {
				return SESSION_OVER.contains(failure.getErrorCode()) ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
			}
		};
	}

}
