package io.distributedlock.autoconfigure.actuate;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

import io.distributedlock.DistributedLocks;
import io.distributedlock.LockStoreException;
import io.distributedlock.actuate.LockHealthIndicator;
import io.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.store.LockProvider;
import io.distributedlock.store.LockStore;
import io.distributedlock.store.StoreProbe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.availability.ApplicationAvailabilityBean;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.IndicatedHealthDescriptor;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.application.AvailabilityHealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.withSettings;

@Timeout(60)
class LockHealthAutoConfigurationTests {

	private final LockStore store = mock(LockStore.class, withSettings().extraInterfaces(StoreProbe.class));

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LockHealthAutoConfiguration.class,
				DistributedLockAutoConfiguration.class, HealthContributorAutoConfiguration.class,
				HealthContributorRegistryAutoConfiguration.class, HealthEndpointAutoConfiguration.class,
				AvailabilityHealthContributorAutoConfiguration.class, AvailabilityProbesAutoConfiguration.class))
		.withBean(ApplicationAvailabilityBean.class)
		.withBean(LockProvider.class, () -> new LockProvider("mine", () -> this.store))
		.withPropertyValues("management.endpoint.health.show-details=always",
				"management.endpoint.health.probes.enabled=true");

	@Test
	void theStoreIsPartOfTheHealth() {
		this.runner.run((context) -> {
			ready(context);
			assertThat(status(context)).isEqualTo(Status.UP);
			assertThat(details(context)).hasEntrySatisfying("mine",
					(store) -> assertThat(store).asString().startsWith("{status=UP, latencyMillis="));
			fails();
			assertThat(status(context)).isEqualTo(Status.DOWN);
			assertThat(status(context, "distributedLock")).isEqualTo(Status.DOWN);
			assertThat(details(context))
				.isEqualTo(Map.of("mine", Map.of("status", "DOWN", "error", "no route to host")));
		});
	}

	@Test
	void theStoreIsPartOfTheHealthWhereBeansAreCreatedOnFirstUse() {
		this.runner
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> assertThat(status(context, "distributedLock")).isEqualTo(Status.UP));
	}

	@Test
	void theNodeIsReadyWithoutTheStore() {
		this.runner.run((context) -> {
			ready(context);
			fails();
			assertThat(status(context, "readiness")).isEqualTo(Status.UP);
		});
	}

	@Test
	void theNodeIsNotReadyWithoutTheStoreIfAsked() {
		this.runner
			.withPropertyValues("management.endpoint.health.group.readiness.include=readinessState,distributedLock")
			.run((context) -> {
				ready(context);
				assertThat(status(context, "readiness")).isEqualTo(Status.UP);
				fails();
				assertThat(status(context, "readiness")).isEqualTo(Status.DOWN);
				assertThat(status(context, "liveness")).isEqualTo(Status.UP);
			});
	}

	@Test
	void whatIsSlowIsConfigured() {
		willAnswer((probe) -> {
			Thread.sleep(Duration.ofMillis(20).toMillis());
			return null;
		}).given((StoreProbe) this.store).probe();
		this.runner
			.withPropertyValues("management.health.distributed-lock.latency-threshold=10ms",
					"management.health.distributed-lock.slow-probes=2")
			.run((context) -> {
				assertThat(status(context, "distributedLock")).isEqualTo(Status.UP);
				assertThat(status(context, "distributedLock")).isEqualTo(Status.DOWN);
			});
	}

	@ParameterizedTest
	@CsvSource({ "latency-threshold,0s", "latency-threshold,-1s", "latency-threshold,1000", "slow-probes,0" })
	void refuses(String property, String value) {
		this.runner.withPropertyValues("management.health.distributed-lock." + property + "=" + value)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("management.health.distributed-lock." + property)
				.hasMessageContaining(value));
	}

	@Test
	void backsOffIfDisabled() {
		this.runner.withPropertyValues("management.health.distributed-lock.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(LockHealthIndicator.class)
				.doesNotHaveBean(LockHealthProperties.class));
	}

	@Test
	void backsOffIfHealthIsDisabledByDefault() {
		this.runner.withPropertyValues("management.health.defaults.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(LockHealthIndicator.class));
		this.runner
			.withPropertyValues("management.health.defaults.enabled=false",
					"management.health.distributed-lock.enabled=true")
			.run((context) -> assertThat(context).hasSingleBean(LockHealthIndicator.class));
	}

	@Test
	void backsOffForAContributorOfTheApplication() {
		this.runner
			.withBean("distributedLockHealthContributor", HealthContributor.class, () -> mock(HealthIndicator.class))
			.run((context) -> assertThat(context).doesNotHaveBean(LockHealthIndicator.class));
	}

	@Test
	void backsOffWhereTheLocksAreTheApplicationsOwn() {
		this.runner.withBean(DistributedLocks.class, () -> mock())
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(LockHealthIndicator.class));
	}

	@Test
	void backsOffWithoutHealth() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(LockHealthAutoConfiguration.class, DistributedLockAutoConfiguration.class))
			.withBean(LockProvider.class, () -> new LockProvider("mine", () -> this.store))
			.withClassLoader(new FilteredClassLoader(HealthContributor.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(LockEngine.class)
				.doesNotHaveBean("distributedLockHealthContributor"));
	}

	private void fails() {
		willThrow(new LockStoreException("no route to host", null)).given((StoreProbe) this.store).probe();
	}

	private static void ready(AssertableApplicationContext context) {
		AvailabilityChangeEvent.publish(context.getSourceApplicationContext(), LivenessState.CORRECT);
		AvailabilityChangeEvent.publish(context.getSourceApplicationContext(), ReadinessState.ACCEPTING_TRAFFIC);
	}

	private static Status status(AssertableApplicationContext context, String... path) {
		return health(context, path).getStatus();
	}

	private static Map<String, Object> details(AssertableApplicationContext context) {
		return Objects.requireNonNull(((IndicatedHealthDescriptor) health(context, "distributedLock")).getDetails());
	}

	private static HealthDescriptor health(AssertableApplicationContext context, String... path) {
		return Objects.requireNonNull(context.getBean(HealthEndpoint.class).healthForPath(path));
	}

}
