package io.distributedlock.fencing;

class H2FencingRaceTests extends DatabaseFencingRaceTests {

	H2FencingRaceTests() {
		super(FenceDatabase.h2());
	}

	@Override
	boolean tellsConflicts() {
		return true;
	}

}
