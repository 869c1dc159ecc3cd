package io.distributedlock.interceptor;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.env.PropertyResolver;
import org.springframework.util.ClassUtils;

import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.annotation.InvalidLockAnnotationException;
import io.distributedlock.interceptor.LockAttributesParser.Overloads;
import io.distributedlock.key.LockKeyParser;
import io.distributedlock.key.LockedMethod;

/**
 * Knows the annotated methods of each class. A class is read as a whole when the first of
 * its methods is asked for, so that one mistake in it is enough to stop the application.
 * Thread-safe.
 */
public final class LockedMethods {

	private final LockAttributesParser parser;

	private final ConcurrentMap<Class<?>, Map<Method, LockAttributes>> byClass = new ConcurrentHashMap<>();

	private volatile Consumer<LockAttributes> check = (attributes) -> {
	};

	/**
	 * Creates the source.
	 * @param beanFactory where keys find beans, and which resolves placeholders
	 * @param environment resolves placeholders that the bean factory leaves
	 * @param settings asked when the first annotation is read
	 */
	public LockedMethods(ConfigurableBeanFactory beanFactory, PropertyResolver environment,
			Supplier<LockAnnotationSettings> settings) {
		this.parser = new LockAttributesParser(new LockKeyParser(beanFactory),
				new StrictPlaceholders(beanFactory, environment), settings);
	}

	/**
	 * Returns how a method is locked.
	 * @param method the method called, of the class, a superclass or an interface
	 * @param targetClass the bean's class
	 * @return the attributes, {@code null} if the method is not annotated
	 * @throws InvalidLockAnnotationException if an annotation of the class cannot work
	 */
	public @Nullable LockAttributes find(Method method, Class<?> targetClass) {
		Map<Method, LockAttributes> methods = methods(targetClass);
		if (methods.isEmpty()) {
			return null;
		}
		LockAttributes direct = methods.get(method);
		return (direct != null) ? direct
				: methods.get(AopUtils.getMostSpecificMethod(method, ClassUtils.getUserClass(targetClass)));
	}

	/**
	 * Returns the annotated methods of a class.
	 * @param targetClass the bean's class
	 * @return their attributes, empty if there are none
	 * @throws InvalidLockAnnotationException if an annotation of the class cannot work
	 */
	public Collection<LockAttributes> all(Class<?> targetClass) {
		return methods(targetClass).values();
	}

	/**
	 * Checks what has been read so far, and from now on what is read.
	 * @param check throws if something cannot work that could not be known before
	 */
	void check(Consumer<LockAttributes> check) {
		this.check = check;
		this.byClass.values().forEach((methods) -> methods.values().forEach(check));
	}

	private Map<Method, LockAttributes> methods(Class<?> targetClass) {
		Class<?> userClass = ClassUtils.getUserClass(targetClass);
		Map<Method, LockAttributes> known = this.byClass.get(userClass);
		if (known == null) {
			Map<Method, LockAttributes> read = read(userClass);
			read.values().forEach(this.check);
			known = Objects.requireNonNullElse(this.byClass.putIfAbsent(userClass, read), read);
		}
		return known;
	}

	private Map<Method, LockAttributes> read(Class<?> userClass) {
		if (!AnnotationUtils.isCandidateClass(userClass, DistributedLock.class)) {
			return Map.of();
		}
		Map<Method, AnnotatedMethod> annotated = MethodIntrospector.selectMethods(userClass,
				(Method method) -> AnnotatedMethod.of(method, userClass).orElse(null));
		if (annotated.isEmpty() && AnnotatedMethod.isOn(userClass)) {
			throw new InvalidLockAnnotationException(userClass.getName(),
					"locks nothing: the type has no public method that a proxy can override",
					"Annotate a method that other beans call, or use DistributedLocks.call(..)");
		}
		Map<Method, LockAttributes> attributes = new LinkedHashMap<>();
		annotated.forEach((method, found) -> {
			checkThatProxiesCanLock(found.method());
			attributes.put(method, this.parser.parse(found, overloads(method, annotated.values())));
		});
		return Map.copyOf(attributes);
	}

	private static Overloads overloads(Method method, Collection<AnnotatedMethod> annotated) {
		Collection<AnnotatedMethod> sameName = annotated.stream()
			.filter((other) -> other.method().method().getName().equals(method.getName()))
			.toList();
		long withoutKey = sameName.stream().filter((other) -> other.annotation().key().isEmpty()).count();
		return new Overloads(sameName.size(), withoutKey);
	}

	private static void checkThatProxiesCanLock(LockedMethod locked) {
		Method method = locked.method();
		int modifiers = method.getModifiers();
		if (Modifier.isStatic(modifiers)) {
			throw new InvalidLockAnnotationException(locked.toString(), "is a static method, which has no proxy",
					"Make it an instance method of a bean, or use DistributedLocks.call(..)");
		}
		if (Modifier.isPrivate(modifiers)) {
			throw new InvalidLockAnnotationException(locked.toString(),
					"is a private method, which calls of the bean's proxy cannot reach",
					"Make it public and call it from another bean, or use DistributedLocks.call(..)");
		}
		if (Modifier.isFinal(modifiers)) {
			throw new InvalidLockAnnotationException(locked.toString(),
					"is a final method, which the bean's proxy cannot override", "Remove final");
		}
	}

}
