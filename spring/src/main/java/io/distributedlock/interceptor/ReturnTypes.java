package io.distributedlock.interceptor;

import java.lang.reflect.Method;
import java.util.Arrays;
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

/**
 * What methods return: results that are there, results to come, and nothing.
 */
final class ReturnTypes {

	/** By name: most of them are not on the class path. */
	private static final Set<String> PUBLISHERS = Set.of("java.util.concurrent.Flow$Publisher",
			"org.reactivestreams.Publisher", "io.reactivex.rxjava3.core.SingleSource",
			"io.reactivex.rxjava3.core.MaybeSource", "io.reactivex.rxjava3.core.CompletableSource",
			"io.reactivex.rxjava3.core.ObservableSource", "io.smallrye.mutiny.Uni", "kotlinx.coroutines.flow.Flow");

	private static final Set<String> FUTURES = Set.of("java.util.concurrent.CompletionStage",
			"java.util.concurrent.Future", "kotlinx.coroutines.Job");

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
		return (isFuture(type) && type.isAssignableFrom(CompletableFuture.class))
				? CompletableFuture.completedFuture(null) : EMPTY.get(type);
	}

	/**
	 * Returns whether the end of the method's work can be observed as that of a stage.
	 * @param type the type of its result
	 * @return {@code true} for stages that a proxy can return in place of any other
	 */
	static boolean isStage(Class<?> type) {
		return CompletionStage.class.isAssignableFrom(type) && type.isAssignableFrom(CompletableFuture.class);
	}

	/**
	 * Returns whether the method's work is done when others ask for it.
	 * @param type the type of its result
	 * @return {@code true} for all kinds of publishers
	 */
	static boolean isPublisher(Class<?> type) {
		return isOneOf(PUBLISHERS, type);
	}

	/**
	 * Returns whether the method returns before its work is done.
	 * @param type the type of its result
	 * @return {@code true} for all kinds of futures
	 */
	static boolean isFuture(Class<?> type) {
		return isOneOf(FUTURES, type);
	}

	/**
	 * Returns whether the method returns a publisher of Kotlin.
	 * @param type the type of its result
	 * @return {@code true} for flows
	 */
	static boolean isKotlinFlow(Class<?> type) {
		return isOneOf(Set.of("kotlinx.coroutines.flow.Flow"), type);
	}

	private static boolean isOneOf(Set<String> names, @Nullable Class<?> type) {
		return type != null && (names.contains(type.getName()) || isOneOf(names, type.getSuperclass())
				|| Arrays.stream(type.getInterfaces()).anyMatch((contract) -> isOneOf(names, contract)));
	}

}
