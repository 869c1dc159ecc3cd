package io.distributedlock.fencing;

import io.distributedlock.jdbc.EnabledWithMySql;
import io.distributedlock.jdbc.MySqlServer;

@EnabledWithMySql
class MySqlFencingTests extends DatabaseFencingTests {

	MySqlFencingTests() {
		super(FenceDatabase.of(MySqlServer.shared().newEmptyDatabase(), "mysql"));
	}

	@Override
	String distantTimeZone() {
		return "set time_zone = '+05:30'";
	}

}
