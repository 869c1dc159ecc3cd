package io.distributedlock.interceptor;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.core.GenericTypeResolver;
import org.springframework.util.ClassUtils;

/**
 * Tells a native image what locking the methods of a bean takes: to call them and their
 * fallbacks, and to read the properties of arguments that their keys are made of.
 */
final class LockedMethodHints implements BeanRegistrationAotProcessor {

	private static final BindingReflectionHintsRegistrar PROPERTIES = new BindingReflectionHintsRegistrar();

	@Override
	public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean bean) {
		Collection<AnnotatedMethod> locked = AnnotatedMethods.of(ClassUtils.getUserClass(bean.getBeanClass())).values();
		return locked.isEmpty() ? null : (generation, registration) -> {
			ReflectionHints hints = generation.getRuntimeHints().reflection();
			locked.forEach((method) -> register(method, hints));
		};
	}

	private static void register(AnnotatedMethod locked, ReflectionHints hints) {
		Method method = locked.method().method();
		hints.registerMethod(method, ExecutableMode.INVOKE);
		if (!locked.annotation().fallback().isEmpty()) {
			Fallback fallback = FallbackSearch.find(locked.annotation().fallback(), locked.method());
			hints.registerMethod(fallback.method(), ExecutableMode.INVOKE);
		}
		if (locked.annotation().key().contains("#")) {
			PROPERTIES.registerReflectionHints(hints,
					Arrays.stream(method.getGenericParameterTypes())
						.map((type) -> GenericTypeResolver.resolveType(type, locked.method().userClass()))
						.toArray(Type[]::new));
		}
	}

}
