package io.distributedlock.fencing;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.env.PropertyResolver;
import org.springframework.util.ClassUtils;

import io.distributedlock.annotation.InvalidLockAnnotationException;
import io.distributedlock.interceptor.StrictPlaceholders;
import io.distributedlock.key.KeyAttribute;
import io.distributedlock.key.LockKey;
import io.distributedlock.key.LockKeyParser;
import io.distributedlock.key.LockedMethod;

/**
 * Knows the {@link Fenced} methods of each class. Thread-safe.
 */
final class FencedMethods {

	private static final KeyAttribute RESOURCE = new KeyAttribute(Fenced.class, "resource");

	private final LockKeyParser keys;

	private final StrictPlaceholders placeholders;

	private final ConcurrentMap<Class<?>, Map<Method, FencedMethod>> byClass = new ConcurrentHashMap<>();

	FencedMethods(ConfigurableBeanFactory beanFactory, PropertyResolver environment) {
		this.keys = new LockKeyParser(beanFactory, RESOURCE);
		this.placeholders = new StrictPlaceholders(beanFactory, environment);
	}

	/**
	 * Returns how a method is fenced.
	 * @param method the method called, of the class, a superclass or an interface
	 * @param targetClass the bean's class
	 * @return the method, {@code null} if it is not fenced
	 * @throws InvalidLockAnnotationException if an annotation of the class cannot work
	 */
	@Nullable FencedMethod find(Method method, Class<?> targetClass) {
		Map<Method, FencedMethod> methods = methods(targetClass);
		if (methods.isEmpty()) {
			return null;
		}
		FencedMethod direct = methods.get(method);
		return (direct != null) ? direct
				: methods.get(AopUtils.getMostSpecificMethod(method, ClassUtils.getUserClass(targetClass)));
	}

	/**
	 * Returns the fenced methods of a class.
	 * @param targetClass the bean's class
	 * @return the methods, empty if there are none
	 * @throws InvalidLockAnnotationException if an annotation of the class cannot work
	 */
	Collection<FencedMethod> all(Class<?> targetClass) {
		return methods(targetClass).values();
	}

	private Map<Method, FencedMethod> methods(Class<?> targetClass) {
		return this.byClass.computeIfAbsent(ClassUtils.getUserClass(targetClass), this::read);
	}

	private Map<Method, FencedMethod> read(Class<?> userClass) {
		if (!AnnotationUtils.isCandidateClass(userClass, Fenced.class)) {
			return Map.of();
		}
		Map<Method, Fenced> annotated = MethodIntrospector.selectMethods(userClass,
				(Method method) -> AnnotatedElementUtils.findMergedAnnotation(method, Fenced.class));
		Map<Method, FencedMethod> methods = new LinkedHashMap<>();
		annotated.forEach((method, fenced) -> {
			LockedMethod named = new LockedMethod(method, userClass);
			methods.put(method, new FencedMethod(named, resource(fenced.resource(), named)));
		});
		return Map.copyOf(methods);
	}

	private LockKey resource(String raw, LockedMethod method) {
		return this.keys.parse(raw, RESOURCE.resolve(raw, this.placeholders, method), method);
	}

}
