package io.distributedlock.interceptor;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * What methods return: results that are there, results to come, and nothing.
 */
final class ReturnTypes {

	/** By name: most of them are not on the class path. */
	private static final Set<String> ASYNCHRONOUS = Set.of("java.util.concurrent.CompletionStage",
			"java.util.concurrent.Future", "java.util.concurrent.Flow$Publisher", "org.reactivestreams.Publisher",
			"io.reactivex.rxjava3.core.SingleSource", "io.reactivex.rxjava3.core.MaybeSource",
			"io.reactivex.rxjava3.core.CompletableSource", "io.reactivex.rxjava3.core.ObservableSource",
			"kotlinx.coroutines.flow.Flow", "kotlinx.coroutines.Job");

	private static final String SUSPENDED = "kotlin.coroutines.Continuation";

	private static final Map<Class<?>, Object> EMPTY = Map.of(Optional.class, Optional.empty(), OptionalInt.class,
			OptionalInt.empty(), OptionalLong.class, OptionalLong.empty(), OptionalDouble.class,
			OptionalDouble.empty());

	private ReturnTypes() {
	}

	/**
	 * Returns the type of a method's result.
	 * @param method the method
	 * @param userClass the bean's class, which may fill in a type variable
	 * @return the type
	 */
	static Class<?> of(Method method, Class<?> userClass) {
		return ResolvableType.forMethodReturnType(method, userClass).resolve(method.getReturnType());
	}

	/**
	 * Returns what a method that is skipped returns.
	 * @param type the type of its result
	 * @return the value that says nothing
	 */
	static @Nullable Object nothing(Class<?> type) {
		return type.isAssignableFrom(CompletableFuture.class) && CompletionStage.class.isAssignableFrom(type)
				? CompletableFuture.completedFuture(null) : EMPTY.get(type);
	}

	/**
	 * Returns whether the method ends before its work does.
	 * @param method the method
	 * @param type the type of its result
	 * @return {@code true} for futures, publishers and the like
	 */
	static boolean isAsynchronous(Method method, Class<?> type) {
		int parameters = method.getParameterCount();
		if (parameters > 0 && method.getParameterTypes()[parameters - 1].getName().equals(SUSPENDED)) {
			return true;
		}
		for (Class<?> current = type; current != null; current = current.getSuperclass()) {
			if (ASYNCHRONOUS.contains(current.getName())) {
				return true;
			}
		}
		return ClassUtils.getAllInterfacesForClassAsSet(type)
			.stream()
			.anyMatch((contract) -> ASYNCHRONOUS.contains(contract.getName()));
	}

}
