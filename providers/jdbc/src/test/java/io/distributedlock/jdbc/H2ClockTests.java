package io.distributedlock.jdbc;

import java.util.List;

class H2ClockTests extends DatabaseClockTests {

	H2ClockTests() {
		super(TestDatabase.inMemory());
	}

	@Override
	List<String> sessionTimeZones() {
		return List.of("SET TIME ZONE '+14:00'", "SET TIME ZONE '-12:00'", "SET TIME ZONE 'America/New_York'");
	}

}
