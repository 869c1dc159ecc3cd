package io.distributedlock.autoconfigure.actuate;

import java.net.HttpCookie;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Consumer;

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
			String token = token(application.send("GET", LOCK, basic("alice", "secret")));
			assertThat(release(application, token, token, "guess")).isEqualTo(401);
			assertThat(release(application, token, "forged", "secret")).isEqualTo(403);
			assertThat(held.isHeld()).isTrue();
			assertThat(release(application, token, token, "secret")).isEqualTo(204);
			assertThat(held.isHeld()).isFalse();
		}
		assertThat(output).containsOnlyOnce("by force was asked for by")
			.containsPattern(
					"INFO .*The release of lock 'payment:42' of provider 'memory' by force was asked for by 'alice'")
			.containsPattern("WARN .*Lock 'payment:42' of provider 'memory' was released by force");
	}

	private static int release(RunningApplication application, String cookie, String header, String password) {
		return application
			.send("DELETE", LOCK,
					(request) -> basic("alice", password)
						.accept(request.header("Cookie", "XSRF-TOKEN=" + cookie).header("X-XSRF-TOKEN", header)))
			.statusCode();
	}

	private static Consumer<HttpRequest.Builder> basic(String user, String password) {
		byte[] credentials = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
		return (request) -> request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials));
	}

	private static String token(HttpResponse<String> response) {
		assertThat(response.statusCode()).isEqualTo(200);
		return response.headers()
			.allValues("Set-Cookie")
			.stream()
			.flatMap((header) -> HttpCookie.parse(header).stream())
			.filter((cookie) -> cookie.getName().equals("XSRF-TOKEN"))
			.map(HttpCookie::getValue)
			.findFirst()
			.orElseThrow();
	}

}
