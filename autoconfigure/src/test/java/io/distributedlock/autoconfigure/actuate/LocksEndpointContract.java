package io.distributedlock.autoconfigure.actuate;

import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

import com.jayway.jsonpath.JsonPath;
import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The endpoint on a real server.
 */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
abstract class LocksEndpointContract {

	private static final String PATH = "/actuator/distributedlocks";

	private static final LockRequest PAYMENT = LockRequest.of("payment:42").withName("PaymentService.capture");

	private final RunningApplication application;

	LocksEndpointContract(WebApplicationType type) {
		this.application = RunningApplication.start(type, "management.endpoints.web.exposure.include=distributedlocks",
				"management.endpoint.distributedlocks.access=unrestricted",
				"spring.jackson.property-naming-strategy=SNAKE_CASE");
	}

	@AfterAll
	void stop() {
		this.application.close();
	}

	@Test
	void showsWhatHappenedToALock() throws Exception {
		this.application.locks().run(PAYMENT, () -> {
		});
		Lease held = this.application.locks().acquire(PAYMENT.withTtl(Duration.ofSeconds(30)));
		Optional<Lease> refused = this.application.locks().tryAcquire(PAYMENT);
		CompletionStage<Lease> waiting = this.application.locks()
			.acquireAsync(PAYMENT.withWaitTime(Duration.ofMinutes(1)));
		await().until(() -> this.application.get(PATH).body().contains("\"contended\":2,"));

		HttpResponse<String> response = this.application.get(PATH);
		assertThat(refused).isEmpty();
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).get().asString().contains("json");
		Map<String, Object> body = JsonPath.read(response.body(), "$");
		assertThat(body.keySet()).containsExactly("provider", "node", "keyPrefix", "locks", "leases");
		assertThat(body).containsEntry("provider", "memory")
			.containsEntry("node", "shop@host:4711-9f3c")
			.containsEntry("keyPrefix", "shop:");
		Map<String, Object> lock = JsonPath.read(body, "$.locks['PaymentService.capture']");
		assertThat(lock.keySet()).containsExactly("provider", "acquired", "contended", "notAcquired", "errors", "lost",
				"contentionRatio", "waiting", "held", "acquisition", "hold", "renewals");
		assertThat(lock).containsEntry("provider", "memory")
			.containsEntry("acquired", 2)
			.containsEntry("contended", 2)
			.containsEntry("notAcquired", 1)
			.containsEntry("errors", 0)
			.containsEntry("lost", 0)
			.containsEntry("contentionRatio", 0.667)
			.containsEntry("waiting", 1)
			.containsEntry("held", 1)
			.containsEntry("renewals", Map.of("renewed", 0, "failed", 0));
		Map<String, Object> acquisition = JsonPath.read(lock, "$.acquisition");
		assertThat(acquisition.keySet()).containsExactly("count", "meanMillis", "p50Millis", "p95Millis", "p99Millis",
				"maxMillis");
		assertThat(acquisition).containsEntry("count", 3);
		Map<String, Object> hold = JsonPath.read(lock, "$.hold");
		assertThat(hold.keySet()).containsExactly("count", "meanMillis", "maxMillis");
		assertThat(hold).containsEntry("count", 1);
		List<Map<String, Object>> leases = JsonPath.read(body, "$.leases[?(@.key == 'payment:42')]");
		assertThat(leases).singleElement().satisfies((lease) -> {
			assertThat(lease.keySet()).containsExactly("key", "name", "provider", "fencingToken", "acquiredAt",
					"remainingMillis");
			assertThat(lease).containsEntry("name", "PaymentService.capture")
				.containsEntry("provider", "memory")
				.containsEntry("fencingToken", held.fencingToken())
				.containsEntry("acquiredAt", held.acquiredAt().toString());
			assertThat(lease).hasEntrySatisfying("remainingMillis",
					(left) -> assertThat((int) left).isBetween(1, 30_000));
		});
		held.close();
		waiting.toCompletableFuture().get().close();
	}

	@Test
	void showsWhoHoldsALock() {
		LockRequest request = LockRequest.of("order/42 of/ü").withTtl(Duration.ofSeconds(30));
		try (Lease held = this.application.locks().acquire(request)) {
			HttpResponse<String> response = this.application.get(PATH + "/order/42%20of/%C3%BC");
			assertThat(response.statusCode()).isEqualTo(200);
			Map<String, Object> body = JsonPath.read(response.body(), "$");
			assertThat(body.keySet()).containsExactly("key", "provider", "held", "node", "fencingToken", "acquiredAt",
					"remainingMillis");
			assertThat(body).containsEntry("key", "order/42 of/ü")
				.containsEntry("provider", "memory")
				.containsEntry("held", true)
				.containsEntry("node", "shop@host:4711-9f3c")
				.containsEntry("fencingToken", held.fencingToken())
				.hasEntrySatisfying("acquiredAt",
						(at) -> assertThat(Instant.parse((String) at)).isEqualTo(held.acquiredAt()))
				.hasEntrySatisfying("remainingMillis", (left) -> assertThat((int) left).isBetween(1, 30_000));
		}
		HttpResponse<String> free = this.application.get(PATH + "/order/42%20of/%C3%BC");
		assertThat(free.statusCode()).isEqualTo(404);
		assertThat(free.body()).isEmpty();
	}

	@Test
	void releasesALockByForceOnce() {
		Lease held = this.application.locks().acquire(LockRequest.of("forced"));
		assertThat(this.application.delete(PATH + "/forced").statusCode()).isEqualTo(204);
		assertThat(held.isHeld()).isFalse();
		assertThat(this.application.delete(PATH + "/forced").statusCode()).isEqualTo(404);
		held.close();
	}

	/** As in docs/actuator.md. */
	@ParameterizedTest
	@CsvSource({ "a:b,a:b", "a/b,a/b", "a%20b,a b", "a+b,a+b", "%C3%BC%E2%82%AC%F0%9F%94%92,ü€🔒", "a%25b,a%b",
			"a%252Fb,a%2Fb", "a%3Bb,a;b", "'a,b','a,b'", "a%3Fb,a?b", "a%23b,a#b", "a/../b,a/../b", "a.json,a.json",
			"a//b,a/b", "/a,a", "a/,a" })
	void thePathIsTheKey(String path, String key) {
		assertThat(found(PATH + "/" + path, key)).isEqualTo(key);
	}

	@ParameterizedTest
	@ValueSource(strings = { "a:b", "a//b", "/a", "a/", "https://shop/42", "a,b", "a b", "a+b", "a&b", "a;b", "a\\b",
			"ü€🔒" })
	void theParameterIsTheKey(String key) {
		assertThat(found(PATH + "/-?key=" + URLEncoder.encode(key, StandardCharsets.UTF_8), key)).isEqualTo(key);
	}

	private String found(String path, String key) {
		try (Lease held = this.application.locks().acquire(LockRequest.of(key))) {
			HttpResponse<String> response = this.application.get(path);
			assertThat(response.statusCode()).isEqualTo(200);
			assertThat(held.isHeld()).isTrue();
			return JsonPath.read(response.body(), "$.key");
		}
	}

	@ParameterizedTest
	@CsvSource({ "%20,is blank", "a%0Ab,control character", "-?key=a&key=b,several keys" })
	void aKeyThatNoLockCanHaveIsABadRequest(String path, String message) {
		for (HttpResponse<String> response : List.of(this.application.get(PATH + "/" + path),
				this.application.delete(PATH + "/" + path))) {
			assertThat(response.statusCode()).isEqualTo(400);
			assertThat(JsonPath.<String>read(response.body(), "$.message")).contains(message);
		}
	}

	@Test
	void aKeyThatIsTooLongIsABadRequest() {
		HttpResponse<String> response = this.application.get(PATH + "/" + "k".repeat(251));
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(JsonPath.<String>read(response.body(), "$.message")).contains("255");
	}

}
