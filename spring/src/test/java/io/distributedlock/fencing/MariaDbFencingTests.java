package io.distributedlock.fencing;

import io.distributedlock.jdbc.MariaDbServer;

class MariaDbFencingTests extends DatabaseFencingTests {

	MariaDbFencingTests() {
		super(FenceDatabase.of(MariaDbServer.shared().newEmptyDatabase(), "mariadb"));
	}

	@Override
	String distantTimeZone() {
		return "set time_zone = '+05:30'";
	}

}
