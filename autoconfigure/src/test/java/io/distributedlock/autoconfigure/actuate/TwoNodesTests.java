package io.distributedlock.autoconfigure.actuate;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.jayway.jsonpath.JsonPath;
import io.distributedlock.Lease;
import io.distributedlock.LeaseLost;
import io.distributedlock.LeaseLost.Reason;
import io.distributedlock.LockRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.WebApplicationType;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two nodes of an application on one database.
 */
@Timeout(120)
class TwoNodesTests {

	private static final Duration TTL = Duration.ofSeconds(15);

	private static final String LOCK = "/actuator/distributedlocks/payment:42";

	private final String database = "spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID();

	private final RunningApplication holder = start("one");

	private final RunningApplication other = start("two");

	private RunningApplication start(String node) {
		return RunningApplication.start(WebApplicationType.SERVLET, this.database, "spring.autoconfigure.exclude=",
				"distributed-lock.provider=jdbc", "distributed-lock.node-id=" + node,
				"management.endpoints.web.exposure.include=distributedlocks,health",
				"management.endpoint.distributedlocks.access=unrestricted",
				"management.endpoint.health.show-details=always");
	}

	@AfterEach
	void stop() {
		this.other.close();
		this.holder.close();
	}

	@Test
	void theHolderLearnsOfAForcedReleaseByItsNextRenewal() throws Exception {
		Lease lease = this.holder.locks().acquire(LockRequest.of("payment:42").withTtl(TTL));
		CompletableFuture<LeaseLost> lost = new CompletableFuture<>();
		lease.onLost(lost::complete);

		assertThat(JsonPath.<String>read(this.other.get(LOCK).body(), "$.node")).isEqualTo("one");
		assertThat(this.other.delete(LOCK).statusCode()).isEqualTo(204);
		assertThat(this.other.get(LOCK).statusCode()).isEqualTo(404);
		assertThat(lost.get(TTL.toMillis(), TimeUnit.MILLISECONDS).reason()).isEqualTo(Reason.REFUSED);
		assertThat(lease.isHeld()).isFalse();
		assertThat(JsonPath.<Integer>read(this.holder.get("/actuator/distributedlocks").body(), "$.locks.unnamed.held"))
			.isZero();
	}

	@Test
	void aStoreThatFailsIsNoFreeLock() {
		this.other.context().getBean(JdbcTemplate.class).execute("drop table distributed_lock");
		for (String method : new String[] { "GET", "DELETE" }) {
			HttpResponse<String> response = this.holder.send(method, LOCK);
			assertThat(response.statusCode()).isEqualTo(503);
			assertThat(JsonPath.<String>read(response.body(), "$.message")).startsWith("Provider 'jdbc' failed: ");
		}
		assertThat(this.holder.get("/actuator/distributedlocks").statusCode()).isEqualTo(200);
		HttpResponse<String> health = this.holder.get("/actuator/health/distributedLock");
		assertThat(health.statusCode()).isEqualTo(503);
		Map<String, Object> store = JsonPath.read(health.body(), "$.details.jdbc");
		assertThat(store).containsEntry("status", "DOWN")
			.hasEntrySatisfying("error", (error) -> assertThat(error).asString().contains("distributed_lock"));
	}

}
