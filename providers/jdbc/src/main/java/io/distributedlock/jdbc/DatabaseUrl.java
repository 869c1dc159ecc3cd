package io.distributedlock.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.List;

import javax.sql.DataSource;

/**
 * Names a database in messages, without user names, passwords or other parameters.
 */
final class DatabaseUrl {

	private static final List<String> GETTERS = List.of("getJdbcUrl", "getUrl", "getURL");

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
		String address = url.split("[?;]", 2)[0];
		int userInfoEnd = address.lastIndexOf('@');
		if (userInfoEnd < 0) {
			return address;
		}
		int userInfoStart = address.indexOf("//");
		userInfoStart = (userInfoStart >= 0) ? userInfoStart + 2 : address.lastIndexOf(':', userInfoEnd - 1) + 1;
		if (userInfoStart > userInfoEnd) {
			return address;
		}
		return address.substring(0, userInfoStart) + address.substring(userInfoEnd + 1);
	}

}
