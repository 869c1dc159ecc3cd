package io.distributedlock.autoconfigure.observation;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.distributedlock.DistributedLocks;
import io.distributedlock.LockRequest;
import io.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import io.distributedlock.autoconfigure.MemoryLockAutoConfiguration;
import io.distributedlock.autoconfigure.metrics.LockMetersAutoConfiguration;
import io.distributedlock.metrics.LockNames;
import io.distributedlock.observation.DefaultLockHeldObservationConvention;
import io.distributedlock.observation.LockObservations;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationRegistryCustomizer;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class LockObservationAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(DistributedLockAutoConfiguration.class, MemoryLockAutoConfiguration.class,
						LockMetersAutoConfiguration.class, LockObservationAutoConfiguration.class,
						MetricsAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class,
						SimpleMetricsExportAutoConfiguration.class, ObservationAutoConfiguration.class))
		.withPropertyValues("distributed-lock.provider=memory")
		.withBean(Tracer.class);

	@Test
	void tracersSeeObservationsOfWhichNoSecondMetersAreMade() {
		this.runner.run((context) -> {
			useLock(context);
			Observation.createNotStarted("something.else", context.getBean(ObservationRegistry.class)).observe(() -> {
			});

			assertThat(context.getBean(Tracer.class).names).containsExactly("distributed.lock.acquire",
					"distributed.lock.held", "something.else");
			assertThat(context).hasSingleBean(DefaultMeterObservationHandler.class);
			assertThat(context.getBean(MeterRegistry.class).getMeters()).extracting((meter) -> meter.getId().getName())
				.contains("distributed.lock.acquisition", "distributed.lock.hold", "something.else")
				.noneMatch((name) -> name.startsWith("distributed.lock.acquire"))
				.noneMatch((name) -> name.startsWith("distributed.lock.held"));
		});
	}

	@Test
	void aWholeApplicationHasTracesOfLocksAndNoSecondMeters() {
		new ApplicationContextRunner().withUserConfiguration(Application.class)
			.withPropertyValues("distributed-lock.provider=memory", "spring.flyway.enabled=false",
					"spring.liquibase.enabled=false")
			.run((context) -> {
				useLock(context);
				assertThat(context.getBean(Tracer.class).names).containsExactly("distributed.lock.acquire",
						"distributed.lock.held");
				assertThat(context.getBean(MeterRegistry.class).getMeters())
					.extracting((meter) -> meter.getId().getName())
					.filteredOn((name) -> name.startsWith("distributed.lock."))
					.containsOnly("distributed.lock.acquisition", "distributed.lock.contention",
							"distributed.lock.hold", "distributed.lock.active", "distributed.lock.waiting",
							"distributed.lock.renewals", "distributed.lock.lost",
							"distributed.lock.fencing.rejections");
			});
	}

	@Test
	void nothingIsObservedForMetersAlone() {
		new ApplicationContextRunner().withUserConfiguration(OnlyMeters.class)
			.withPropertyValues("distributed-lock.provider=memory", "spring.flyway.enabled=false",
					"spring.liquibase.enabled=false")
			.run((context) -> {
				assertThat(context.getBean(ObservationRegistry.class).isNoop()).isFalse();
				assertThat(context.getBean(LockObservations.class)).extracting("registry")
					.isSameAs(ObservationRegistry.NOOP);
			});
	}

	@Test
	void whatACustomizerMayHaveAddedIsHeard() {
		Tracer added = new Tracer();
		new ApplicationContextRunner().withUserConfiguration(OnlyMeters.class)
			.withPropertyValues("distributed-lock.provider=memory", "spring.flyway.enabled=false",
					"spring.liquibase.enabled=false")
			.withBean(ObservationRegistryCustomizer.class,
					() -> (registry) -> registry.observationConfig().observationHandler(added))
			.run((context) -> {
				useLock(context);
				assertThat(added.names).containsExactly("distributed.lock.acquire", "distributed.lock.held");
			});
	}

	@Test
	void metersAndObservationsShareTheirNames() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(LockNames.class));
	}

	@Test
	void theyAreSwitchedOffAsAllOthers() {
		this.runner.withPropertyValues("management.observations.enable.distributed.lock=false").run((context) -> {
			useLock(context);
			assertThat(context.getBean(Tracer.class).names).isEmpty();
			assertThat(context.getBean(MeterRegistry.class).get("distributed.lock.hold").timer().count()).isOne();
		});
	}

	@Test
	void oneOfThemIsSwitchedOffAsAllOthers() {
		this.runner.withPropertyValues("management.observations.enable.distributed.lock.acquire=false")
			.run((context) -> {
				useLock(context);
				assertThat(context.getBean(Tracer.class).names).containsExactly("distributed.lock.held");
			});
	}

	@Test
	void conventionOfTheApplicationIsUsed() {
		this.runner.withBean(DefaultLockHeldObservationConvention.class, OwnConvention::new).run((context) -> {
			useLock(context);
			assertThat(context.getBean(Tracer.class).names).containsExactly("distributed.lock.acquire", "lease");
		});
	}

	@Test
	void observesWithoutMeters() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(DistributedLockAutoConfiguration.class, MemoryLockAutoConfiguration.class,
							LockObservationAutoConfiguration.class, ObservationAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader("io.micrometer.core"))
			.withPropertyValues("distributed-lock.provider=memory")
			.withBean(Tracer.class)
			.run((context) -> {
				useLock(context);
				assertThat(context.getBean(Tracer.class).names).hasSize(2);
			});
	}

	@Test
	void backsOffWithoutARegistry() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DistributedLockAutoConfiguration.class,
					MemoryLockAutoConfiguration.class, LockObservationAutoConfiguration.class))
			.withPropertyValues("distributed-lock.provider=memory")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(LockObservations.class));
	}

	private static void useLock(ApplicationContext context) {
		context.getBean(DistributedLocks.class).run(LockRequest.of("order:42"), () -> {
		});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Tracer tracer() {
			return new Tracer();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class OnlyMeters {

	}

	/** Sees all observations, as what makes traces does. */
	static class Tracer implements ObservationHandler<Observation.Context> {

		final List<String> names = new CopyOnWriteArrayList<>();

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

		@Override
		public void onStop(Observation.Context context) {
			this.names.add(String.valueOf(context.getName()));
		}

	}

	static class OwnConvention extends DefaultLockHeldObservationConvention {

		@Override
		public String getName() {
			return "lease";
		}

	}

}
