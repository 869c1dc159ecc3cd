package io.distributedlock.autoconfigure.metrics;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import io.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import io.distributedlock.autoconfigure.LockAnnotationAutoConfiguration;
import io.distributedlock.autoconfigure.MemoryLockAutoConfiguration;
import io.distributedlock.metrics.LockMeters;
import io.distributedlock.metrics.LockNames;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class LockMetersAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DistributedLockAutoConfiguration.class,
				LockAnnotationAutoConfiguration.class, MemoryLockAutoConfiguration.class,
				LockMetersAutoConfiguration.class, MetricsAutoConfiguration.class,
				CompositeMeterRegistryAutoConfiguration.class, SimpleMetricsExportAutoConfiguration.class))
		.withPropertyValues("distributed-lock.provider=memory")
		.withBean(Orders.class);

	@Test
	void aDeclaredLockIsThereAtZero() {
		this.runner.run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			for (String outcome : Arrays.asList("acquired", "not_acquired", "error", "interrupted")) {
				assertThat(acquisitions(registry, outcome).count()).isZero();
			}
			assertThat(registry.get("distributed.lock.lost").tag("lock", "Orders.capture").counters()).hasSize(5)
				.allSatisfy((counter) -> assertThat(counter.count()).isZero());
		});
	}

	@Test
	void aDeclaredLockIsThereAtZeroWithLazyInitializationToo() {
		this.runner
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> assertThat(acquisitions(context.getBean(MeterRegistry.class), "acquired").count())
				.isZero());
	}

	@Test
	void declaringLocksCreatesNoBeanTooEarly(CapturedOutput output) {
		this.runner.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain("is not eligible for getting processed");
	}

	@Test
	void callsAreCounted() {
		this.runner.run((context) -> {
			context.getBean(Orders.class).capture("42");
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			assertThat(acquisitions(registry, "acquired").count()).isOne();
			assertThat(registry.get("distributed.lock.hold").timer().count()).isOne();
			assertThat(registry.get("distributed.lock.active").longTaskTimer().activeTasks()).isZero();
			assertThat(registry.get("distributed.lock.waiting").gauge().value()).isZero();
		});
	}

	@Test
	void percentilesAreChosenAsForAnyTimer() {
		this.runner
			.withPropertyValues("management.metrics.distribution.percentiles.distributed.lock.acquisition=0.5,0.95")
			.run((context) -> assertThat(
					acquisitions(context.getBean(MeterRegistry.class), "acquired").takeSnapshot().percentileValues())
				.extracting(ValueAtPercentile::percentile)
				.containsExactly(0.5, 0.95));
	}

	@Test
	void metersAreSwitchedOffAsAnyOther() {
		this.runner.withPropertyValues("management.metrics.enable.distributed.lock=false").run((context) -> {
			context.getBean(Orders.class).capture("42");
			assertThat(context.getBean(MeterRegistry.class).getMeters())
				.noneMatch((meter) -> meter.getId().getName().startsWith("distributed.lock"));
		});
	}

	@Test
	void backsOffWithoutARegistry() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DistributedLockAutoConfiguration.class,
					MemoryLockAutoConfiguration.class, LockMetersAutoConfiguration.class))
			.withPropertyValues("distributed-lock.provider=memory")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(LockMeters.class)
				.doesNotHaveBean(LockNames.class));
	}

	@Test
	void backsOffWithoutMicrometer() {
		this.runner.withClassLoader(new FilteredClassLoader("io.micrometer"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(LockMeters.class));
	}

	@Test
	void namesOfTheApplicationAreUsed() {
		LockNames names = new LockNames();
		this.runner.withBean(LockNames.class, () -> names)
			.run((context) -> assertThat(context).getBean(LockNames.class).isSameAs(names));
	}

	private static Timer acquisitions(MeterRegistry registry, String outcome) {
		Timer timer = registry.get("distributed.lock.acquisition")
			.tags("lock", "Orders.capture", "provider", "memory", "outcome", outcome)
			.timer();
		assertThat(timer.totalTime(TimeUnit.SECONDS)).isLessThan(60);
		return timer;
	}

}
