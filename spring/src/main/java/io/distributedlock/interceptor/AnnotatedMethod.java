package io.distributedlock.interceptor;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Optional;

import org.springframework.core.annotation.AnnotationConfigurationException;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ReflectionUtils;

import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.annotation.InvalidLockAnnotationException;
import io.distributedlock.interceptor.LockAttributes.Place;
import io.distributedlock.key.LockedMethod;

/**
 * A method with the annotation that applies to it: the method's own, or else that of the
 * type whose public method it is.
 *
 * @param method the method
 * @param annotation the annotation, with what composed annotations override
 * @param place where it stands
 */
record AnnotatedMethod(LockedMethod method, DistributedLock annotation, Place place) {

	static Optional<AnnotatedMethod> of(Method method, Class<?> userClass) {
		LockedMethod locked = new LockedMethod(method, userClass);
		Optional<AnnotatedMethod> own = find(method, locked, Place.METHOD);
		return (own.isPresent() || !isOffered(method) || isForeignFinal(method)) ? own
				: find(userClass, locked, Place.TYPE);
	}

	private static Optional<AnnotatedMethod> find(AnnotatedElement element, LockedMethod method, Place place) {
		try {
			List<MergedAnnotation<DistributedLock>> found = MergedAnnotations
				.from(element, SearchStrategy.TYPE_HIERARCHY)
				.stream(DistributedLock.class)
				.toList();
			if (found.isEmpty()) {
				return Optional.empty();
			}
			MergedAnnotation<DistributedLock> nearest = found.get(0);
			if (found.stream().skip(1).anyMatch((other) -> other.getAggregateIndex() == nearest.getAggregateIndex())) {
				throw new InvalidLockAnnotationException(method.toString(), "is there more than once",
						"A method takes one lock: take the other one in a method that this one calls");
			}
			return Optional.of(new AnnotatedMethod(method, nearest.synthesize(), place));
		}
		catch (AnnotationConfigurationException ex) {
			throw new InvalidLockAnnotationException(method.toString(), "contradicts itself: " + ex.getMessage(),
					"Set either key or value");
		}
	}

	/** Whether an annotation on the type means this method. */
	private static boolean isOffered(Method method) {
		int modifiers = method.getModifiers();
		return Modifier.isPublic(modifiers) && !Modifier.isStatic(modifiers) && !ReflectionUtils.isEqualsMethod(method)
				&& !ReflectionUtils.isHashCodeMethod(method) && !ReflectionUtils.isToStringMethod(method);
	}

	/**
	 * Whether a superclass made the method final that the annotation does not apply to.
	 * The author of the annotated type cannot change that.
	 */
	private static boolean isForeignFinal(Method method) {
		return Modifier.isFinal(method.getModifiers()) && !isOn(method.getDeclaringClass());
	}

	/**
	 * Returns whether a type is annotated.
	 * @param type the type
	 * @return whether it, a superclass or an interface has the annotation
	 */
	static boolean isOn(Class<?> type) {
		return MergedAnnotations.from(type, SearchStrategy.TYPE_HIERARCHY).isPresent(DistributedLock.class);
	}

}
