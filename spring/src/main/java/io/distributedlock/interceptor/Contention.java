package io.distributedlock.interceptor;

import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.annotation.InvalidLockAnnotationException;
import io.distributedlock.annotation.OnContention;
import io.distributedlock.key.LockedMethod;
import org.jspecify.annotations.Nullable;

/**
 * What happens to calls of a method that do not get its lock.
 */
sealed interface Contention {

	/**
	 * Reads what an annotation says about it.
	 * @param annotation the annotation
	 * @param method the method
	 * @param style how its calls are run
	 * @param schedule how Spring runs it
	 * @return the choice
	 * @throws InvalidLockAnnotationException if it cannot be done
	 */
	static Contention of(DistributedLock annotation, LockedMethod method, CallStyle style, ScheduleKinds schedule) {
		OnContention choice = annotation.onContention();
		if (!annotation.fallback().isEmpty()) {
			if (choice == OnContention.SKIP || choice == OnContention.THROW) {
				throw new InvalidLockAnnotationException(method.toString(), "fallback", annotation.fallback(),
						"is never called, as onContention is " + choice, "Leave one of them out");
			}
			return new CallFallback(FallbackSearch.find(annotation.fallback(), method));
		}
		return switch (choice) {
			case THROW -> new Throw();
			case SKIP -> Skip.of(method, style, choice);
			case DEFAULT -> schedule.scheduled() ? Skip.of(method, style, choice) : new Throw();
			case FALLBACK -> throw new InvalidLockAnnotationException(method.toString(), "onContention", "FALLBACK",
					"has no method to call", "Name one with fallback");
		};
	}

	/**
	 * Does it.
	 * @param target the bean
	 * @param arguments of the call
	 * @param refusal by whom the lock is held
	 * @return what the caller gets
	 * @throws Throwable if that is what the caller gets
	 */
	@Nullable Object handle(Object target, @Nullable Object[] arguments, LockNotAcquiredException refusal) throws Throwable;

	/** The caller is told. */
	record Throw() implements Contention {

		@Override
		public @Nullable Object handle(Object target, @Nullable Object[] arguments, LockNotAcquiredException refusal) {
			throw refusal;
		}

	}

	/**
	 * The caller gets nothing.
	 *
	 * @param nothing what that is for the method's type
	 */
	record Skip(@Nullable Object nothing) implements Contention {

		private static Skip of(LockedMethod method, CallStyle style, OnContention written) {
			if (!style.canReturnNothing()) {
				Class<?> type = ReturnTypes.of(method.method(), method.userClass());
				throw new InvalidLockAnnotationException(method.toString(), "onContention", written.toString(),
						"skips the method, which must then return nothing, but returns "
								+ (type.isPrimitive() ? "the primitive " + type : type.getName()),
						"Return what can be empty, as a wrapper, an Optional or a Maybe, or set onContention to THROW");
			}
			return new Skip(style.nothing());
		}

		@Override
		public @Nullable Object handle(Object target, @Nullable Object[] arguments, LockNotAcquiredException refusal) {
			return this.nothing;
		}

	}

	/**
	 * Another method is called.
	 *
	 * @param fallback the method
	 */
	record CallFallback(Fallback fallback) implements Contention {

		@Override
		public @Nullable Object handle(Object target, @Nullable Object[] arguments, LockNotAcquiredException refusal)
				throws Throwable {
			return this.fallback.call(target, arguments, refusal);
		}

	}

}
