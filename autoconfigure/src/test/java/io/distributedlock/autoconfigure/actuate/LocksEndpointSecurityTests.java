package io.distributedlock.autoconfigure.actuate;

import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Users are known: whoever releases a lock by force is named. With the security of
 * docs/actuator.md.
 */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class LocksEndpointSecurityTests {

	private static final String LOCK = "/actuator/distributedlocks/payment:42";

	@Test
	void whoReleasesALockByForceIsLogged(CapturedOutput output) {
		try (RunningApplication application = new RunningApplication(ActuatorSnippets.class, WebApplicationType.SERVLET,
				"local.server.port", "management.endpoints.web.exposure.include=distributedlocks",
				"management.endpoint.distributedlocks.access=unrestricted", "spring.security.user.name=alice",
				"spring.security.user.password=secret", "spring.security.user.roles=ADMIN");
				Lease held = application.locks().acquire(LockRequest.of("payment:42"))) {
			assertThat(application.get(LOCK).statusCode()).isEqualTo(401);
			assertThat(application.send("DELETE", LOCK).statusCode()).isEqualTo(401);
			assertThat(application.send("DELETE", LOCK, "alice", "guess").statusCode()).isEqualTo(401);
			assertThat(held.isHeld()).isTrue();
			assertThat(application.send("DELETE", LOCK, "alice", "secret").statusCode()).isEqualTo(204);
			assertThat(held.isHeld()).isFalse();
		}
		assertThat(output).containsOnlyOnce("by force was asked for by")
			.containsPattern(
					"INFO .*The release of lock 'payment:42' of provider 'memory' by force was asked for by 'alice'")
			.containsPattern("WARN .*Lock 'payment:42' of provider 'memory' was released by force");
	}

}
