package io.distributedlock.autoconfigure.metrics;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import io.distributedlock.DistributedLocks;
import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import io.distributedlock.StaleFencingTokenException;
import io.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import io.distributedlock.autoconfigure.LockAnnotationAutoConfiguration;
import io.distributedlock.autoconfigure.MemoryLockAutoConfiguration;
import io.distributedlock.metrics.LockMeters;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/**
 * An application that Prometheus scrapes, with a lock that was granted, refused, lost and
 * is held, and a stale write of somebody without a lock.
 */
final class ScrapedApplication {

	private static final String[] HISTOGRAMS = {
			"management.metrics.distribution.percentiles-histogram.distributed.lock.acquisition=true",
			"management.metrics.distribution.percentiles-histogram.distributed.lock.hold=true" };

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DistributedLockAutoConfiguration.class,
				LockAnnotationAutoConfiguration.class, MemoryLockAutoConfiguration.class,
				LockMetersAutoConfiguration.class, MetricsAutoConfiguration.class,
				CompositeMeterRegistryAutoConfiguration.class, PrometheusMetricsExportAutoConfiguration.class))
		.withPropertyValues("distributed-lock.provider=memory")
		.withBean(Orders.class);

	/** Scrapes with the standard configuration. */
	Scrape scrape() {
		return scrape(this.runner);
	}

	/** Scrapes with histograms of both timers. */
	Scrape scrapeWithHistograms() {
		return scrape(this.runner.withPropertyValues(HISTOGRAMS));
	}

	private static Scrape scrape(ApplicationContextRunner runner) {
		AtomicReference<@Nullable Scrape> scrape = new AtomicReference<>();
		runner.run((context) -> {
			PrometheusMeterRegistry registry = context.getBean(PrometheusMeterRegistry.class);
			context.getBean(Orders.class).capture("42");
			use(context.getBean(DistributedLocks.class), registry);
			context.getBean(LockMeters.class).fencingRejected(new StaleFencingTokenException("shard:1", 1, 2), null);
			scrape.set(Scrape.parse(registry.scrape()));
		});
		return Objects.requireNonNull(scrape.get());
	}

	private static void use(DistributedLocks locks, PrometheusMeterRegistry registry) throws InterruptedException {
		LockRequest request = LockRequest.of("shard:1").withName("shard");
		Lease lost = locks.acquire(request);
		locks.tryAcquire(request);
		locks.forceRelease("shard:1");
		long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
		while (registry.get("distributed.lock.lost")
			.tags("lock", "shard", "reason", "force_released")
			.counter()
			.count() < 1 && System.nanoTime() < until) {
			Thread.sleep(2);
		}
		lost.close();
		locks.acquire(request);
	}

}
