package io.distributedlock.autoconfigure.jdbc;

import java.util.Properties;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Lets a statement that PostgreSQL does not answer be given up in time. To cancel it, the
 * driver waits 10 seconds for a server that is silent, longer than most store timeouts.
 */
final class PostgresCancelTimeout {

	private static final String SETTING = "cancelSignalTimeout";

	private static final Pattern IN_URL = Pattern.compile("[?&]" + SETTING + "=");

	private PostgresCancelTimeout() {
	}

	/**
	 * Adds a timeout of a second to a URL of PostgreSQL's driver, unless the application
	 * sets one itself. Other URLs stay as they are.
	 * @param url the URL, if there is one
	 * @param properties the driver's properties that do not stand in the URL
	 * @return the URL to use
	 */
	static @Nullable String addTo(@Nullable String url, Properties properties) {
		if (url == null || !url.startsWith("jdbc:postgresql:") || IN_URL.matcher(url).find()
				|| properties.containsKey(SETTING)) {
			return url;
		}
		return url + (url.contains("?") ? "&" : "?") + SETTING + "=1";
	}

}
