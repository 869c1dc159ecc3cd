package io.distributedlock.interceptor

import org.junit.jupiter.api.Test

class SuspendingMethodsTests {

	@Test
	fun nothing() {
		LockedContext.of().close()
	}

}
