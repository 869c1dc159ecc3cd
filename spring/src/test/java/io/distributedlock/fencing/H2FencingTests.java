package io.distributedlock.fencing;

class H2FencingTests extends DatabaseFencingTests {

	H2FencingTests() {
		super(FenceDatabase.h2());
	}

	@Override
	String distantTimeZone() {
		return "set time zone 'Asia/Kolkata'";
	}

}
