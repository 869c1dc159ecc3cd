package io.distributedlock.autoconfigure.observation;

import java.util.Arrays;

import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * Who listens to the observations of an application, as far as beans tell. Creates none.
 */
final class ObservationListeners {

	private static final String METERS = "io.micrometer.core.instrument.observation.MeterObservationHandler";

	private static final String CUSTOMIZER = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationRegistryCustomizer";

	private final ListableBeanFactory beanFactory;

	private ObservationListeners(ListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	static ObservationListeners in(ListableBeanFactory beanFactory) {
		return new ObservationListeners(beanFactory);
	}

	/**
	 * Tells whether somebody hears of observations who makes no mere meters of them. A
	 * customizer may have added a handler, and a registry of another kind, as those for
	 * tests, may keep them.
	 */
	boolean hear(ObservationRegistry registry) {
		return !registry.getClass().equals(ObservationRegistry.create().getClass()) || hasBean(type(CUSTOMIZER))
				|| hasHandler(type(METERS));
	}

	private boolean hasHandler(@Nullable Class<?> meters) {
		return Arrays.stream(this.beanFactory.getBeanNamesForType(ObservationHandler.class, true, false))
			.map(this.beanFactory::getType)
			.anyMatch((handler) -> meters == null || handler == null || !meters.isAssignableFrom(handler));
	}

	private boolean hasBean(@Nullable Class<?> type) {
		return type != null && this.beanFactory.getBeanNamesForType(type, true, false).length > 0;
	}

	private static @Nullable Class<?> type(String name) {
		ClassLoader loader = ObservationListeners.class.getClassLoader();
		return ClassUtils.isPresent(name, loader) ? ClassUtils.resolveClassName(name, loader) : null;
	}

}
