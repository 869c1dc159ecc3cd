package io.distributedlock.interceptor;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.env.PropertyResolver;
import org.springframework.util.ClassUtils;

import io.distributedlock.annotation.InvalidLockAnnotationException;
import io.distributedlock.interceptor.LockAttributesParser.Overloads;
import io.distributedlock.key.LockKeyParser;

/**
 * Knows the annotated methods of each class. A class is read as a whole when the first of
 * its methods is asked for, so that one mistake in it is enough to stop the application.
 * Thread-safe.
 */
public final class LockedMethods {

	private final LockAttributesParser parser;

	private final ConcurrentMap<Class<?>, Map<Method, AnnotatedMethod>> annotated = new ConcurrentHashMap<>();

	private final ConcurrentMap<Class<?>, Map<Method, LockAttributes>> read = new ConcurrentHashMap<>();

	private final List<Consumer<LockAttributes>> whenRead = new CopyOnWriteArrayList<>();

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
	 * Returns whether a method is annotated. Does not read what the annotation says: it
	 * may need a configuration that is not there yet, where proxies are made when the
	 * application is built.
	 * @param method the method called, of the class, a superclass or an interface
	 * @param targetClass the bean's class
	 * @return whether a proxy has to lock it
	 * @throws InvalidLockAnnotationException if an annotation of the class is where no
	 * proxy can lock
	 */
	boolean isAnnotated(Method method, Class<?> targetClass) {
		Class<?> userClass = ClassUtils.getUserClass(targetClass);
		return of(method, userClass, annotated(userClass)) != null;
	}

	/**
	 * Returns how a method is locked.
	 * @param method the method called, of the class, a superclass or an interface
	 * @param targetClass the bean's class
	 * @return the attributes, {@code null} if the method is not annotated
	 * @throws InvalidLockAnnotationException if an annotation of the class cannot work
	 */
	public @Nullable LockAttributes find(Method method, Class<?> targetClass) {
		Class<?> userClass = ClassUtils.getUserClass(targetClass);
		return of(method, userClass, read(userClass));
	}

	/**
	 * Returns the annotated methods of a class.
	 * @param targetClass the bean's class
	 * @return their attributes, empty if there are none
	 * @throws InvalidLockAnnotationException if an annotation of the class cannot work
	 */
	public Collection<LockAttributes> all(Class<?> targetClass) {
		return read(ClassUtils.getUserClass(targetClass)).values();
	}

	/**
	 * Does something with what has been read so far, and from now on with what is read;
	 * now and then twice.
	 * @param action throws if something cannot work that could not be known before
	 */
	void whenRead(Consumer<LockAttributes> action) {
		this.whenRead.add(action);
		this.read.values().forEach((methods) -> methods.values().forEach(action));
	}

	private static <T> @Nullable T of(Method method, Class<?> userClass, Map<Method, T> methods) {
		if (methods.isEmpty()) {
			return null;
		}
		T direct = methods.get(method);
		return (direct != null) ? direct : methods.get(AopUtils.getMostSpecificMethod(method, userClass));
	}

	private Map<Method, AnnotatedMethod> annotated(Class<?> userClass) {
		return computeOnce(this.annotated, userClass, AnnotatedMethods::of);
	}

	private Map<Method, LockAttributes> read(Class<?> userClass) {
		Map<Method, LockAttributes> known = this.read.get(userClass);
		if (known != null) {
			return known;
		}
		Map<Method, LockAttributes> attributes = computeOnce(this.read, userClass, (type) -> {
			Map<Method, LockAttributes> parsed = parse(annotated(type));
			SelfInvocations.report(type, annotated(type));
			return parsed;
		});
		try {
			this.whenRead.forEach((action) -> attributes.values().forEach(action));
			return attributes;
		}
		catch (RuntimeException ex) {
			// to be refused the next time, too
			this.read.remove(userClass);
			throw ex;
		}
	}

	/**
	 * Not while the map is locked: to read an annotation, beans may be created.
	 */
	private static <T> T computeOnce(ConcurrentMap<Class<?>, T> known, Class<?> type, Function<Class<?>, T> read) {
		T value = known.get(type);
		if (value == null) {
			T computed = read.apply(type);
			value = Objects.requireNonNullElse(known.putIfAbsent(type, computed), computed);
		}
		return value;
	}

	private Map<Method, LockAttributes> parse(Map<Method, AnnotatedMethod> annotated) {
		Map<Method, LockAttributes> attributes = new LinkedHashMap<>();
		annotated.forEach((method, found) -> attributes.put(method,
				this.parser.parse(found, overloads(method, annotated.values()))));
		return Map.copyOf(attributes);
	}

	private static Overloads overloads(Method method, Collection<AnnotatedMethod> annotated) {
		Collection<AnnotatedMethod> sameName = annotated.stream()
			.filter((other) -> other.method().method().getName().equals(method.getName()))
			.toList();
		long withoutKey = sameName.stream().filter((other) -> other.annotation().key().isEmpty()).count();
		return new Overloads(sameName.size(), withoutKey);
	}

}
