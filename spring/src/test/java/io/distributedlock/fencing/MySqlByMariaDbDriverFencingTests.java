package io.distributedlock.fencing;

import io.distributedlock.jdbc.EnabledWithMySql;
import io.distributedlock.jdbc.MySqlServer;

@EnabledWithMySql
class MySqlByMariaDbDriverFencingTests extends DatabaseFencingTests {

	MySqlByMariaDbDriverFencingTests() {
		super(FenceDatabase.of(
				MySqlServer.shared().newEmptyDatabase().at((url) -> url.replace("jdbc:mysql:", "jdbc:mariadb:")),
				"mysql"));
	}

	@Override
	String distantTimeZone() {
		return "set time_zone = '+05:30'";
	}

}
