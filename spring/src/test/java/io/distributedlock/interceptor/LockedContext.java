package io.distributedlock.interceptor;

import java.util.Map;
import java.util.function.Consumer;

import io.distributedlock.DistributedLocks;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;

/**
 * An application context with locked beans.
 */
final class LockedContext implements AutoCloseable {

	final RecordingLocks locks = new RecordingLocks();

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private LockedContext(Map<String, Object> properties, Consumer<AnnotationConfigApplicationContext> beans) {
		this.context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", properties));
		beans.accept(this.context);
		this.context.register(LockAnnotationConfiguration.class);
		if (this.context.getBeanFactory().getBeanNamesForType(DistributedLocks.class, false, false).length == 0) {
			this.context.registerBean(DistributedLocks.class, () -> this.locks);
		}
		this.context.refresh();
	}

	static LockedContext of(Class<?>... components) {
		return of(Map.of(), components);
	}

	static LockedContext of(Map<String, Object> properties, Class<?>... components) {
		return new LockedContext(properties, (context) -> context.register(components));
	}

	static LockedContext of(Consumer<AnnotationConfigApplicationContext> beans) {
		return new LockedContext(Map.of(), beans);
	}

	<T> T get(Class<T> type) {
		return this.context.getBean(type);
	}

	@Override
	public void close() {
		this.context.close();
	}

}
