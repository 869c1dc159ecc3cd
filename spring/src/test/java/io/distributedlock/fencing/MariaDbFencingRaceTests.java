package io.distributedlock.fencing;

import io.distributedlock.jdbc.MariaDbServer;

class MariaDbFencingRaceTests extends DatabaseFencingRaceTests {

	MariaDbFencingRaceTests() {
		super(FenceDatabase.of(MariaDbServer.shared().newEmptyDatabase(), "mariadb"));
	}

}
