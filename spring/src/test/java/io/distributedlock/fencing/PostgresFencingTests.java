package io.distributedlock.fencing;

import io.distributedlock.jdbc.PostgresServer;

class PostgresFencingTests extends DatabaseFencingTests {

	PostgresFencingTests() {
		super(FenceDatabase.of(PostgresServer.shared().newEmptyDatabase(), "postgresql"));
	}

	@Override
	String distantTimeZone() {
		return "set time zone 'Asia/Kolkata'";
	}

}
