package io.distributedlock.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;

import javax.sql.DataSource;

/**
 * Names a database in messages, without user names, passwords or other parameters.
 */
final class DatabaseUrl {

	private static final List<String> GETTERS = List.of("getJdbcUrl", "getUrl", "getURL");

	private static final Pattern PARAMETERS = Pattern.compile("[?;].*", Pattern.DOTALL);

	private static final Pattern USER_INFO = Pattern.compile("^(jdbc:(?:[a-z0-9]+:)+(?://)?).*@", Pattern.DOTALL);

	private DatabaseUrl() {
	}

	static String of(DatabaseMetaData database) throws SQLException {
		String url = database.getURL();
		return (url != null) ? withoutCredentials(url) : database.getDatabaseProductName();
	}

	/**
	 * Names the database of a data source that gives no connections. Pools have no common
	 * type to ask.
	 */
	static String of(DataSource dataSource) {
		for (String getter : GETTERS) {
			try {
				if (dataSource.getClass().getMethod(getter).invoke(dataSource) instanceof String url) {
					return withoutCredentials(url);
				}
			}
			catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException ex) {
				// ask the next
			}
		}
		return "the database of " + dataSource.getClass().getSimpleName();
	}

	static String withoutCredentials(String url) {
		String address = PARAMETERS.matcher(url).replaceFirst("");
		return USER_INFO.matcher(address).replaceFirst("$1");
	}

}
