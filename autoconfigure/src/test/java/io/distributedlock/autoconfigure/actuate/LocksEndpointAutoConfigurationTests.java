package io.distributedlock.autoconfigure.actuate;

import io.distributedlock.DistributedLocks;
import io.distributedlock.LockRequest;
import io.distributedlock.actuate.LocksEndpoint;
import io.distributedlock.actuate.LocksEndpointWebExtension;
import io.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import io.distributedlock.autoconfigure.MemoryLockAutoConfiguration;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.metrics.LockNames;
import io.distributedlock.statistics.LockStatistics;
import io.micrometer.core.instrument.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

class LocksEndpointAutoConfigurationTests {

	private static final String ON_THE_WEB = "management.endpoints.web.exposure.include=distributedlocks";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LocksEndpointAutoConfiguration.class,
				DistributedLockAutoConfiguration.class, MemoryLockAutoConfiguration.class))
		.withPropertyValues("distributed-lock.provider=memory");

	private final ApplicationContextRunner exposed = this.runner.withPropertyValues(ON_THE_WEB);

	@Test
	void showsWhatHappensToLocks() {
		this.exposed.run(LocksEndpointAutoConfigurationTests::counts);
	}

	@Test
	void showsWhatHappensToLocksOfBeansThatAreCreatedOnFirstUse() {
		this.exposed
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run(LocksEndpointAutoConfigurationTests::counts);
	}

	private static void counts(AssertableApplicationContext context) {
		context.getBean(DistributedLocks.class).run(LockRequest.of("a").withName("Shop.pay"), () -> {
		});
		assertThat(context.getBean(LocksEndpoint.class).locks().locks()).hasEntrySatisfying("Shop.pay",
				(lock) -> assertThat(lock.acquired()).isOne());
		assertThat(context).hasSingleBean(LocksEndpointWebExtension.class);
	}

	@Test
	void countsNothingWhereNothingIsExposed() {
		this.runner.run((context) -> assertThat(context).hasNotFailed()
			.doesNotHaveBean(LocksEndpoint.class)
			.doesNotHaveBean(LocksEndpointWebExtension.class)
			.doesNotHaveBean(LockStatistics.class)
			.doesNotHaveBean(LockNames.class));
	}

	@Test
	void backsOffWithoutAccess() {
		this.exposed.withPropertyValues("management.endpoint.distributedlocks.access=NONE")
			.run((context) -> assertThat(context).doesNotHaveBean(LocksEndpoint.class)
				.doesNotHaveBean(LockStatistics.class));
	}

	@Test
	void isNotOnTheWebIfExposedByJmxOnly() {
		this.runner
			.withPropertyValues("spring.jmx.enabled=true", "management.endpoints.jmx.exposure.include=distributedlocks")
			.run((context) -> assertThat(context).hasSingleBean(LocksEndpoint.class)
				.doesNotHaveBean(LocksEndpointWebExtension.class));
	}

	@Test
	void backsOffWhereTheLocksAreTheApplicationsOwn() {
		this.exposed.withBean(DistributedLocks.class, () -> mock())
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(LocksEndpoint.class)
				.doesNotHaveBean(LockStatistics.class));
	}

	@Test
	void backsOffForAnEndpointOfTheApplication() {
		this.exposed.withBean("own", LocksEndpoint.class, () -> mock())
			.run((context) -> assertThat(context).hasSingleBean(LocksEndpoint.class).hasBean("own"));
	}

	@ParameterizedTest
	@ValueSource(classes = { ConditionalOnAvailableEndpoint.class, Clock.class })
	void backsOffWithout(Class<?> missing) {
		this.exposed.withClassLoader(new FilteredClassLoader(missing))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(LockEngine.class)
				.doesNotHaveBean("distributedLocksEndpoint")
				.doesNotHaveBean(LockStatistics.class));
	}

}
