package io.distributedlock.interceptor;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.env.PropertyResolver;
import org.springframework.util.StringValueResolver;

/**
 * Resolves <code>${..}</code> as {@code @Value} does, but never leaves one as it is: the
 * resolver that Spring adds where the application has none is lenient.
 */
public final class StrictPlaceholders implements StringValueResolver {

	private final ConfigurableBeanFactory beanFactory;

	private final PropertyResolver environment;

	/**
	 * Creates a resolver.
	 * @param beanFactory resolves first
	 * @param environment resolves what the bean factory leaves
	 */
	public StrictPlaceholders(ConfigurableBeanFactory beanFactory, PropertyResolver environment) {
		this.beanFactory = beanFactory;
		this.environment = environment;
	}

	@Override
	public @Nullable String resolveStringValue(String text) {
		if (!text.contains("${")) {
			return text;
		}
		String resolved = this.beanFactory.resolveEmbeddedValue(text);
		return (resolved != null) ? this.environment.resolveRequiredPlaceholders(resolved) : null;
	}

}
