package io.distributedlock.fencing;

import io.distributedlock.jdbc.MariaDbServer;

class MariaDbByMySqlDriverFencingTests extends DatabaseFencingTests {

	MariaDbByMySqlDriverFencingTests() {
		super(FenceDatabase.of(
				MariaDbServer.shared().newEmptyDatabase().at((url) -> url.replace("jdbc:mariadb:", "jdbc:mysql:")),
				"mariadb"));
	}

	@Override
	String distantTimeZone() {
		return "set time_zone = '+05:30'";
	}

}
