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
import org.springframework.util.function.SingletonSupplier;

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
	 * Returns how a method is fenced. Does not read what the annotation says: it may need
	 * a configuration that is not there yet, where proxies are made when the application
	 * is built.
	 * @param method the method called, of the class, a superclass or an interface
	 * @param targetClass the bean's class
	 * @return the method, {@code null} if it is not fenced
	 * @throws InvalidLockAnnotationException if an annotation of the class is where no
	 * proxy can check
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
		Collection<FencedMethod> methods = methods(targetClass).values();
		methods.forEach(FencedMethod::check);
		return methods;
	}

	/**
	 * Returns the annotations of a class, as they are.
	 * @param userClass the bean's class as written by the user
	 * @return each annotated method with its annotation
	 */
	static Map<Method, Fenced> annotations(Class<?> userClass) {
		return AnnotationUtils.isCandidateClass(userClass, Fenced.class) ? MethodIntrospector.selectMethods(userClass,
				(Method method) -> AnnotatedElementUtils.findMergedAnnotation(method, Fenced.class)) : Map.of();
	}

	private Map<Method, FencedMethod> methods(Class<?> targetClass) {
		return this.byClass.computeIfAbsent(ClassUtils.getUserClass(targetClass), this::read);
	}

	private Map<Method, FencedMethod> read(Class<?> userClass) {
		Map<Method, FencedMethod> methods = new LinkedHashMap<>();
		annotations(userClass).forEach((method, fenced) -> {
			LockedMethod named = new LockedMethod(method, userClass);
			methods.put(method, new FencedMethod(named, SingletonSupplier.of(() -> key(fenced.resource(), named))));
		});
		return Map.copyOf(methods);
	}

	private LockKey key(String raw, LockedMethod method) {
		return this.keys.parse(raw, RESOURCE.resolve(raw, this.placeholders, method), method);
	}

}
