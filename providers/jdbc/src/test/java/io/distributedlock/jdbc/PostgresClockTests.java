package io.distributedlock.jdbc;

import java.util.List;

class PostgresClockTests extends DatabaseClockTests {

	PostgresClockTests() {
		super(PostgresServer.shared().newDatabase());
	}

	@Override
	List<String> sessionTimeZones() {
		return List.of("SET TIME ZONE 'Pacific/Kiritimati'", "SET TIME ZONE '-12:00'",
				"SET TIME ZONE 'America/New_York'");
	}

}
