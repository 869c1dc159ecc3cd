package io.distributedlock.interceptor;

import java.util.Map;

import io.distributedlock.DistributedLocks;
import io.distributedlock.LockContext;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.annotation.InvalidLockAnnotationException;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.store.LockProvider;
import io.distributedlock.time.TimeSource;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ProviderTests {

	@Test
	void theAnnotationChoosesTheProvider() {
		try (AnnotationConfigApplicationContext context = context("second", Report.class)) {
			context.refresh();

			assertThat(context.getBean(Reports.class).provider()).isEqualTo("second");
			assertThat(context.getBean(Reports.class).configuredProvider()).isEqualTo("first");
		}
	}

	@Test
	void anUnknownProviderStopsTheApplication() {
		try (AnnotationConfigApplicationContext context = context("thrid", Report.class)) {
			assertThatThrownBy(context::refresh).isInstanceOf(InvalidLockAnnotationException.class)
				.hasMessageContaining("Report.provider(): provider = \"thrid\" names no provider that is there")
				.hasMessageContaining("Write one of 'first', 'second'");
		}
	}

	@Test
	void anUnknownProviderBehindAnInterfaceStopsTheApplication() {
		try (AnnotationConfigApplicationContext context = context("thrid", BehindInterface.class)) {
			assertThatThrownBy(context::refresh).isInstanceOf(InvalidLockAnnotationException.class)
				.hasMessageContaining("Report.provider(): provider = \"thrid\"");
		}
	}

	@Test
	void anUnknownProviderOfABeanOfUnknownTypeIsFoundWhenTheBeanIsCreated() {
		try (AnnotationConfigApplicationContext context = context("thrid", LazyBehindInterface.class)) {
			context.refresh();

			assertThatThrownBy(() -> context.getBean(Reports.class)).rootCause()
				.isInstanceOf(InvalidLockAnnotationException.class)
				.hasMessageContaining("Report.provider(): provider = \"thrid\"");
		}
	}

	private static AnnotationConfigApplicationContext context(String provider, Class<?> bean) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("test", Map.of("report.provider", provider)));
		context.register(LockAnnotationConfiguration.class, TwoProviders.class, bean);
		return context;
	}

	@Configuration(proxyBeanMethods = false)
	static class TwoProviders {

		@Bean
		static LockProvider first() {
			return new LockProvider("first", () -> new MemoryLockStore(TimeSource.system()));
		}

		@Bean
		static LockProvider second() {
			return new LockProvider("second", () -> new MemoryLockStore(TimeSource.system()));
		}

		@Bean
		static DistributedLocks locks(LockProvider first, LockProvider second) {
			return LockEngine.builder()
				.provider(first)
				.provider(second)
				.defaultProvider("first")
				.nodeId("node")
				.build();
		}

	}

	interface Reports {

		String provider();

		String configuredProvider();

	}

	static class Report implements Reports {

		@Override
		@DistributedLock(provider = "${report.provider}")
		public String provider() {
			return LockContext.current().orElseThrow().provider();
		}

		@Override
		@DistributedLock
		public String configuredProvider() {
			return LockContext.current().orElseThrow().provider();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class BehindInterface {

		@Bean
		static Reports report() {
			return new Report();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyBehindInterface {

		@Bean
		@Lazy
		static Reports report() {
			return new Report();
		}

	}

}
