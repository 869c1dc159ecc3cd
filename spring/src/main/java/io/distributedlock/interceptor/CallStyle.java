package io.distributedlock.interceptor;

import io.distributedlock.DistributedLocks;
import io.distributedlock.annotation.InvalidLockAnnotationException;
import io.distributedlock.key.LockedMethod;
import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Async;

/**
 * How the calls of a method run under their lock, which depends on when the method's work
 * has ended. Thread-safe.
 */
interface CallStyle {

	/**
	 * Runs a call under its lock.
	 * @return what the caller gets
	 * @throws Exception what the caller gets instead
	 */
	@Nullable Object run(DistributedLocks locks, LockedCall call) throws Exception;

	/**
	 * Tells whether the work goes on after the method has returned.
	 */
	boolean isAsynchronous();

	/**
	 * Tells whether a call that does not run has something to return.
	 */
	boolean canReturnNothing();

	/**
	 * Returns what a call that does not run returns.
	 */
	@Nullable Object nothing();

	/**
	 * Finds the style of a method.
	 * @param method the method
	 * @return how to run its calls
	 * @throws InvalidLockAnnotationException if nobody can tell when its work has ended
	 */
	static CallStyle of(LockedMethod method) {
		Class<?> type = ReturnTypes.of(method.method(), method.userClass());
		if (isTask(method)) {
			return new TaskCalls(type);
		}
		if (ReturnTypes.isStage(type)) {
			return new StageCalls();
		}
		if (method.isSuspending() || ReturnTypes.isPublisher(type)) {
			return PublisherSupport.style(method, type);
		}
		if (ReturnTypes.isFuture(type)) {
			throw unobservable(method, type);
		}
		return new ValueCalls(type);
	}

	/**
	 * Refuses a method whose end cannot be observed.
	 */
	static InvalidLockAnnotationException unobservable(LockedMethod method, Class<?> type) {
		return new InvalidLockAnnotationException(method.toString(),
				"returns %s, and when that is done cannot be observed: the lock would be released too early"
					.formatted(type.getName()),
				"Return a CompletableFuture, a Mono or a Flux, or wait for the result in the method");
	}

	private static boolean isTask(LockedMethod method) {
		return AnnotatedElementUtils.hasAnnotation(method.method(), Async.class)
				|| AnnotatedElementUtils.hasAnnotation(method.userClass(), Async.class);
	}

}
