package io.distributedlock.interceptor;

import java.time.Clock;
import java.util.Map;
import java.util.function.Supplier;

import io.distributedlock.DistributedLocks;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.store.LockProvider;
import io.distributedlock.store.LockStore;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * A node with schedules, an engine and a clock of its own.
 */
final class ScheduledNode implements AutoCloseable {

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private ScheduledNode(LockStore store, Clock clock, Map<String, Object> properties) {
		this.context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", properties));
		this.context.register(LockAnnotationConfiguration.class, Scheduling.class);
		this.context.registerBean(DistributedLocks.class, () -> engine(store));
		this.context.registerBean("taskScheduler", ThreadPoolTaskScheduler.class, () -> scheduler(clock));
	}

	static ScheduledNode of(LockStore store, Class<?>... jobs) {
		ScheduledNode node = new ScheduledNode(store, Clock.systemUTC(), Map.of());
		node.context.register(jobs);
		node.context.refresh();
		return node;
	}

	static <T> ScheduledNode of(LockStore store, Clock clock, Map<String, Object> properties, Class<T> type,
			Supplier<T> job) {
		ScheduledNode node = new ScheduledNode(store, clock, properties);
		node.context.registerBean(type, job);
		node.context.refresh();
		return node;
	}

	<T> T get(Class<T> type) {
		return this.context.getBean(type);
	}

	@Override
	public void close() {
		this.context.close();
	}

	private static LockEngine engine(LockStore store) {
		return LockEngine.builder().provider(new LockProvider("memory", () -> store)).nodeId("node").build();
	}

	private static ThreadPoolTaskScheduler scheduler(Clock clock) {
		ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
		scheduler.setClock(clock);
		scheduler.setPoolSize(2);
		return scheduler;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Scheduling {

	}

}
