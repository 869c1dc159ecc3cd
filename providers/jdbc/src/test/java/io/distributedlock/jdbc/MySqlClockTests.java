package io.distributedlock.jdbc;

import java.util.List;

@EnabledWithMySql
class MySqlClockTests extends DatabaseClockTests {

	MySqlClockTests() {
		super(MySqlServer.shared().newDatabase());
	}

	@Override
	List<String> sessionTimeZones() {
		return List.of("SET time_zone = '+14:00'", "SET time_zone = '-12:00'", "SET time_zone = '+05:45'");
	}

}
