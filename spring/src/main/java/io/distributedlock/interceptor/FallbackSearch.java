package io.distributedlock.interceptor;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

import org.springframework.core.KotlinDetector;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.annotation.InvalidLockAnnotationException;
import io.distributedlock.key.LockedMethod;

/**
 * Finds the fallback that an annotation names, in the bean's class or in what it
 * inherits. Type variables that the class fills in count as what they stand for.
 */
final class FallbackSearch {

	private static final int CANDIDATES_SHOWN = 5;

	private final LockedMethod locked;

	private final String name;

	private final List<Class<?>> parameters;

	private final List<Class<?>> parametersAndCause;

	private final int causeAt;

	private FallbackSearch(LockedMethod locked, String name) {
		this.locked = locked;
		this.name = name;
		this.parameters = parameterTypes(locked.method());
		// The continuation of a suspending function stays last.
		this.causeAt = this.parameters.size() - (KotlinDetector.isSuspendingFunction(locked.method()) ? 1 : 0);
		this.parametersAndCause = new ArrayList<>(this.parameters);
		this.parametersAndCause.add(this.causeAt, LockNotAcquiredException.class);
	}

	/**
	 * Finds a method's fallback. One that takes the contention is preferred.
	 * @param name as the annotation has it
	 * @param locked the method
	 * @return the fallback
	 * @throws InvalidLockAnnotationException if there is none of that name that fits
	 */
	static Fallback find(String name, LockedMethod locked) {
		return new FallbackSearch(locked, name).find();
	}

	private Fallback find() {
		Fallback fallback = method(this.parametersAndCause)
			.map((method) -> new Fallback(method, OptionalInt.of(this.causeAt)))
			.or(() -> method(this.parameters).map((method) -> new Fallback(method, OptionalInt.empty())))
			.orElseThrow(() -> invalid("names no method of this class with the same parameters",
					"Write a method %s%s, optionally with a LockNotAcquiredException as its last parameter%s"
						.formatted(this.name, simpleTypes(this.parameters), candidates())));
		if (fallback.method().equals(this.locked.method())) {
			throw invalid("names the method itself", "Name another method");
		}
		checkResult(fallback.method());
		checkExceptions(fallback.method());
		return fallback;
	}

	private Optional<Method> method(List<Class<?>> types) {
		return methods().stream()
			.filter((method) -> method.getName().equals(this.name) && parameterTypes(method).equals(types))
			.findFirst();
	}

	private void checkResult(Method fallback) {
		ResolvableType wanted = ResolvableType.forMethodReturnType(this.locked.method(), this.locked.userClass());
		ResolvableType returned = ResolvableType.forMethodReturnType(fallback, this.locked.userClass());
		boolean open = wanted.hasUnresolvableGenerics() || returned.hasUnresolvableGenerics();
		if (!wanted.toClass().isAssignableFrom(returned.toClass()) || !(open || wanted.isAssignableFrom(returned))) {
			throw invalid("returns %s, and not %s as the method does".formatted(returned, wanted),
					"Give both the same return type");
		}
	}

	/** Such an exception would reach the caller wrapped in another. */
	private void checkExceptions(Method fallback) {
		for (Class<?> thrown : fallback.getExceptionTypes()) {
			if (!ReflectionUtils.declaresException(this.locked.method(), thrown) && !isUnchecked(thrown)) {
				throw invalid("throws %s, which the method does not".formatted(thrown.getName()),
						"Declare it on the method too, or throw an unchecked exception");
			}
		}
	}

	private String candidates() {
		List<Method> others = methods().stream().filter((method) -> !method.equals(this.locked.method())).toList();
		List<Method> near = others.stream().filter((method) -> method.getName().equals(this.name)).toList();
		if (near.isEmpty()) {
			near = others.stream().filter(this::fits).toList();
		}
		return near.isEmpty() ? ""
				: near.stream()
					.map((method) -> method.getName() + simpleTypes(parameterTypes(method)))
					.distinct()
					.sorted()
					.limit(CANDIDATES_SHOWN)
					.collect(Collectors.joining(", ", ". Near to it are ", ""));
	}

	private boolean fits(Method method) {
		List<Class<?>> types = parameterTypes(method);
		return (types.equals(this.parameters) || types.equals(this.parametersAndCause))
				&& ReturnTypes.of(this.locked.method(), this.locked.userClass())
					.isAssignableFrom(ReturnTypes.of(method, this.locked.userClass()));
	}

	/** The methods of the class and what it inherits, its own first. */
	private List<Method> methods() {
		return Arrays.stream(ReflectionUtils.getAllDeclaredMethods(this.locked.userClass()))
			.filter((method) -> !method.isSynthetic() && method.getDeclaringClass() != Object.class)
			.toList();
	}

	private List<Class<?>> parameterTypes(Method method) {
		List<Class<?>> types = new ArrayList<>();
		for (int i = 0; i < method.getParameterCount(); i++) {
			types.add(ResolvableType.forMethodParameter(method, i, this.locked.userClass())
				.resolve(method.getParameterTypes()[i]));
		}
		return List.copyOf(types);
	}

	private static boolean isUnchecked(Class<?> thrown) {
		return ClassUtils.isAssignable(RuntimeException.class, thrown) || ClassUtils.isAssignable(Error.class, thrown);
	}

	private static String simpleTypes(List<Class<?>> types) {
		return types.stream().map(Class::getSimpleName).collect(Collectors.joining(",", "(", ")"));
	}

	private InvalidLockAnnotationException invalid(String problem, String fix) {
		return new InvalidLockAnnotationException(this.locked.toString(), "fallback", this.name, problem, fix);
	}

}
