package io.distributedlock.autoconfigure.actuate;

import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where the endpoint is, and what it allows.
 */
@Timeout(120)
class LocksEndpointAccessTests {

	private static final String EXPOSED = "management.endpoints.web.exposure.include=distributedlocks,health";

	private static final String LOCK = "/actuator/distributedlocks/a/b";

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void nobodyReleasesByForceUnlessItIsAllowed(WebApplicationType type) {
		try (RunningApplication application = RunningApplication.start(type, EXPOSED);
				Lease held = application.locks().acquire(LockRequest.of("a/b"))) {
			assertThat(application.get(LOCK).statusCode()).isEqualTo(200);
			assertThat(application.delete(LOCK).statusCode()).isEqualTo(405);
			assertThat(held.isHeld()).isTrue();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void isOnThePortForManagement(WebApplicationType type) {
		try (RunningApplication application = RunningApplication.startWithManagementPort(type, EXPOSED,
				"management.endpoint.distributedlocks.access=unrestricted",
				"management.endpoint.health.show-components=always");
				Lease held = application.locks().acquire(LockRequest.of("a/b").withName("Shop.pay"))) {
			assertThat(application.get("/actuator/distributedlocks").body())
				.contains("\"Shop.pay\":{\"provider\":\"memory\",\"acquired\":1");
			assertThat(application.delete(LOCK).statusCode()).isEqualTo(204);
			assertThat(held.isHeld()).isFalse();
			assertThat(application.get("/actuator/health/distributedLock").statusCode()).isEqualTo(200);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void isOnNoPortUnlessExposed(WebApplicationType type) {
		try (RunningApplication application = RunningApplication.start(type)) {
			assertThat(application.get("/actuator/distributedlocks").statusCode()).isEqualTo(404);
			assertThat(application.get(LOCK).statusCode()).isEqualTo(404);
		}
	}

}
