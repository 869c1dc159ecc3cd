package io.distributedlock.autoconfigure.metrics;

import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

/**
 * What Prometheus sees of an application with locks.
 */
@Timeout(60)
class PrometheusTests {

	private static final String ORDERS = "lock=Orders.capture";

	private static final String SHARD = "lock=shard";

	private static final String MEMORY = "provider=memory";

	private final ScrapedApplication application = new ScrapedApplication();

	@Test
	void familiesHaveTypesAndDescriptions() {
		Scrape scrape = this.application.scrape();
		assertThat(locks(scrape.types())).containsExactly(entry("distributed_lock_acquisition_seconds", "summary"),
				entry("distributed_lock_acquisition_seconds_max", "gauge"),
				entry("distributed_lock_active_seconds", "summary"),
				entry("distributed_lock_active_seconds_max", "gauge"),
				entry("distributed_lock_contention_total", "counter"),
				entry("distributed_lock_fencing_rejections_total", "counter"),
				entry("distributed_lock_hold_seconds", "summary"), entry("distributed_lock_hold_seconds_max", "gauge"),
				entry("distributed_lock_lost_total", "counter"), entry("distributed_lock_renewals_total", "counter"),
				entry("distributed_lock_waiting", "gauge"));
		assertThat(locks(scrape.help())).containsOnlyKeys(locks(scrape.types()).keySet())
			.containsEntry("distributed_lock_acquisition_seconds",
					"Time from the request of a lock to the outcome, waiting included")
			.containsEntry("distributed_lock_active_seconds", "Leases held now, and for how long")
			.containsEntry("distributed_lock_contention_total",
					"Acquisitions that found the lock held at the first attempt")
			.containsEntry("distributed_lock_fencing_rejections_total", "Stale writes refused by their fencing token")
			.containsEntry("distributed_lock_hold_seconds", "Time from the grant of a lease to its release")
			.containsEntry("distributed_lock_lost_total", "Leases that were over before their holder released them")
			.containsEntry("distributed_lock_renewals_total", "Renewals of leases")
			.containsEntry("distributed_lock_waiting", "Acquisitions that found the lock held and wait for it");
	}

	@Test
	void useIsSeen() {
		Scrape scrape = this.application.scrape();
		assertThat(scrape.value("distributed_lock_acquisition_seconds_count", ORDERS, MEMORY, "outcome=acquired"))
			.isEqualTo(1);
		assertThat(scrape.value("distributed_lock_acquisition_seconds_sum", ORDERS, MEMORY, "outcome=acquired"))
			.isBetween(0.0, 60.0);
		assertThat(scrape.value("distributed_lock_acquisition_seconds_max", ORDERS, MEMORY, "outcome=acquired"))
			.isBetween(0.0, 60.0);
		assertThat(scrape.value("distributed_lock_hold_seconds_count", ORDERS, MEMORY)).isEqualTo(1);
		assertThat(scrape.value("distributed_lock_active_seconds_count", ORDERS, MEMORY)).isZero();

		assertThat(scrape.value("distributed_lock_acquisition_seconds_count", SHARD, MEMORY, "outcome=acquired"))
			.isEqualTo(2);
		assertThat(scrape.value("distributed_lock_acquisition_seconds_count", SHARD, MEMORY, "outcome=not_acquired"))
			.isEqualTo(1);
		assertThat(scrape.value("distributed_lock_contention_total", SHARD, MEMORY)).isEqualTo(1);
		assertThat(scrape.value("distributed_lock_lost_total", SHARD, MEMORY, "reason=force_released")).isEqualTo(1);
		assertThat(scrape.value("distributed_lock_active_seconds_count", SHARD, MEMORY)).isEqualTo(1);
		assertThat(scrape.value("distributed_lock_active_seconds_max", SHARD, MEMORY)).isPositive();
		assertThat(scrape.value("distributed_lock_waiting", SHARD, MEMORY)).isZero();
	}

	@Test
	void whatHasNotHappenedIsZero() {
		Scrape scrape = this.application.scrape();
		for (String outcome : new String[] { "not_acquired", "error", "interrupted" }) {
			assertThat(scrape.value("distributed_lock_acquisition_seconds_count", ORDERS, MEMORY, "outcome=" + outcome))
				.isZero();
		}
		for (String reason : new String[] { "refused", "deadline", "max_hold", "force_released", "shutdown" }) {
			assertThat(scrape.value("distributed_lock_lost_total", ORDERS, MEMORY, "reason=" + reason)).isZero();
		}
		for (String outcome : new String[] { "renewed", "failed" }) {
			assertThat(scrape.value("distributed_lock_renewals_total", ORDERS, MEMORY, "outcome=" + outcome)).isZero();
		}
		assertThat(scrape.value("distributed_lock_contention_total", ORDERS, MEMORY)).isZero();
		assertThat(scrape.value("distributed_lock_fencing_rejections_total", ORDERS, MEMORY)).isZero();
	}

	@Test
	void histogramsAreChosenAsForAnyTimer() {
		Scrape scrape = this.application.scrapeWithHistograms();
		assertThat(scrape.types()).containsEntry("distributed_lock_acquisition_seconds", "histogram")
			.containsEntry("distributed_lock_hold_seconds", "histogram");
		assertThat(scrape.value("distributed_lock_acquisition_seconds_bucket", ORDERS, MEMORY, "outcome=acquired",
				"le=+Inf"))
			.isEqualTo(1);
	}

	private static Map<String, String> locks(Map<String, String> families) {
		Map<String, String> locks = new TreeMap<>(families);
		locks.keySet().removeIf((name) -> !name.startsWith("distributed_lock_"));
		return locks;
	}

}
