package io.distributedlock.jdbc;

import java.util.List;

class MariaDbClockTests extends DatabaseClockTests {

	MariaDbClockTests() {
		super(MariaDbServer.shared().newDatabase());
	}

	@Override
	List<String> sessionTimeZones() {
		return List.of("SET time_zone = '+12:45'", "SET time_zone = '-12:00'", "SET time_zone = '+05:45'");
	}

}
