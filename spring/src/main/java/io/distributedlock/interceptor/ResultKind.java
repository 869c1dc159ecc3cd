package io.distributedlock.interceptor;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.distributedlock.annotation.InvalidLockAnnotationException;
import io.distributedlock.key.LockedMethod;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Async;

/**
 * When the work of a method has ended.
 */
enum ResultKind {

	/** When the method returns. */
	VALUE,

	/** When the method returns, on another thread than its caller's: {@code @Async}. */
	VALUE_OF_TASK,

	/** When the stage that it returns is completed. */
	STAGE;

	/**
	 * Finds out when the work of a method has ended.
	 * @param method the method
	 * @return the kind
	 * @throws InvalidLockAnnotationException if nobody can tell
	 */
	static ResultKind of(LockedMethod method) {
		if (isTask(method)) {
			return VALUE_OF_TASK;
		}
		Class<?> type = ReturnTypes.of(method.method(), method.userClass());
		if (CompletionStage.class.isAssignableFrom(type) && type.isAssignableFrom(CompletableFuture.class)) {
			return STAGE;
		}
		if (ReturnTypes.isAsynchronous(method.method(), type)) {
			throw new InvalidLockAnnotationException(method.toString(),
					"returns %s, and when that is done cannot be observed: the lock would be released too early"
						.formatted(type.getName()),
					"Return a CompletableFuture, or wait for the result in the method");
		}
		return VALUE;
	}

	/**
	 * Tells whether the work goes on after the method has returned.
	 */
	boolean isAsynchronous() {
		return this == STAGE;
	}

	private static boolean isTask(LockedMethod method) {
		return AnnotatedElementUtils.hasAnnotation(method.method(), Async.class)
				|| AnnotatedElementUtils.hasAnnotation(method.userClass(), Async.class);
	}

}
