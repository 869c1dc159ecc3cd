package io.distributedlock.fencing;

import io.distributedlock.jdbc.EnabledWithMySql;
import io.distributedlock.jdbc.MySqlServer;

@EnabledWithMySql
class MySqlFencingRaceTests extends DatabaseFencingRaceTests {

	MySqlFencingRaceTests() {
		super(FenceDatabase.of(MySqlServer.shared().newEmptyDatabase(), "mysql"));
	}

}
