package io.distributedlock.fencing;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Map;

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
 * Tells a native image what checking the methods of a bean takes: to call them, and to
 * read the properties of arguments that their resources are made of.
 */
final class FencedMethodHints implements BeanRegistrationAotProcessor {

	private static final BindingReflectionHintsRegistrar PROPERTIES = new BindingReflectionHintsRegistrar();

	@Override
	public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean bean) {
		Class<?> userClass = ClassUtils.getUserClass(bean.getBeanClass());
		Map<Method, Fenced> fenced = FencedMethods.annotations(userClass);
		return fenced.isEmpty() ? null : (generation, registration) -> {
			ReflectionHints hints = generation.getRuntimeHints().reflection();
			fenced.keySet().forEach((method) -> {
				hints.registerMethod(method, ExecutableMode.INVOKE);
				PROPERTIES.registerReflectionHints(hints,
						Arrays.stream(method.getGenericParameterTypes())
							.map((type) -> GenericTypeResolver.resolveType(type, userClass))
							.toArray(Type[]::new));
			});
		};
	}

}
