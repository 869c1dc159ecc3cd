package io.distributedlock.autoconfigure.actuate.board;

import java.util.List;

import io.distributedlock.DistributedLocks;
import io.distributedlock.LockListener;
import io.distributedlock.LockRequest;
import io.distributedlock.actuate.board.LockBoardEndpoint;
import io.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import io.distributedlock.autoconfigure.MemoryLockAutoConfiguration;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.metrics.LockNames;
import io.distributedlock.statistics.LockStatistics;
import io.micrometer.core.instrument.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.Mockito;

import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.util.HtmlUtils;

import static org.assertj.core.api.Assertions.assertThat;

class LockBoardAutoConfigurationTests {

	private static final String EXPOSED = "management.endpoints.web.exposure.include=distributedlockboard";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DistributedLockAutoConfiguration.class,
				MemoryLockAutoConfiguration.class, LockBoardAutoConfiguration.class))
		.withPropertyValues("distributed-lock.provider=memory");

	@Test
	void showsWhatTheEngineTellsTheStatistics() {
		this.runner.withPropertyValues(EXPOSED).run((context) -> {
			context.getBean(DistributedLocks.class).run(LockRequest.of("orders").withName("Shop.pay"), () -> {
			});
			assertThat(context.getBean(LockBoardEndpoint.class).board()).contains("<bdi>Shop.pay</bdi>",
					"<bdi>memory</bdi>");
			assertThat(context.getBeansOfType(LockListener.class).values())
				.contains(context.getBean(LockStatistics.class));
			assertThat(context).hasSingleBean(LockNames.class);
		});
	}

	@Test
	void nothingIsCountedUnlessThePageIsExposed() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(LockBoardEndpoint.class)
			.doesNotHaveBean(LockStatistics.class));
	}

	@Test
	void backsOffWhenAccessIsNone() {
		this.runner.withPropertyValues(EXPOSED, "management.endpoint.distributedlockboard.access=NONE")
			.run((context) -> assertThat(context).doesNotHaveBean(LockBoardEndpoint.class));
	}

	@Test
	void backsOffWithoutAnEngine() {
		this.runner.withPropertyValues(EXPOSED)
			.withBean(DistributedLocks.class, () -> Mockito.mock(DistributedLocks.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(LockEngine.class)
				.doesNotHaveBean(LockBoardEndpoint.class));
	}

	@ParameterizedTest
	@ValueSource(classes = { WebEndpointsSupplier.class, HtmlUtils.class, Clock.class })
	void backsOffWithoutWhatItNeeds(Class<?> missing) {
		this.runner.withPropertyValues(EXPOSED)
			.withClassLoader(new FilteredClassLoader(missing))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("distributedLockBoard"));
	}

	@Test
	void backsOffWhenTheUserHasAPage() {
		this.runner.withPropertyValues(EXPOSED)
			.withUserConfiguration(OwnPage.class)
			.run((context) -> assertThat(context).hasSingleBean(LockBoardEndpoint.class).hasBean("own"));
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnPage {

		@Bean
		LockBoardEndpoint own(LockEngine engine) {
			return new LockBoardEndpoint(() -> engine, new LockStatistics(new LockNames(), Clock.SYSTEM), List::of);
		}

	}

}
