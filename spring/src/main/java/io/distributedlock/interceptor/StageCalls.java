package io.distributedlock.interceptor;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

import io.distributedlock.DistributedLocks;
import io.distributedlock.LockNotAcquiredException;
import org.jspecify.annotations.Nullable;

/**
 * Runs methods whose work has ended when the stage that they return is completed.
 */
final class StageCalls {

	private StageCalls() {
	}

	static CompletableFuture<@Nullable Object> run(DistributedLocks locks, LockedCall call) {
		CompletableFuture<@Nullable Object> locked = locks.callAsync(call.request(), () -> stage(call.proceed()))
			.toCompletableFuture();
		CompletableFuture<@Nullable Object> result = new CompletableFuture<>();
		CompletableFuture<@Nullable Object> unused = locked.whenComplete((value, failure) -> {
			if (cause(failure) instanceof LockNotAcquiredException contention && call.isAboutThisLock()) {
				refuse(call, contention, result);
			}
			else {
				complete(result, value, failure);
			}
		});
		return cancelling(locked, result);
	}

	private static void refuse(LockedCall call, LockNotAcquiredException contention,
			CompletableFuture<@Nullable Object> result) {
		try {
			CompletionStage<@Nullable Object> unused = stage(call.refused(contention))
				.whenComplete((value, failure) -> complete(result, value, failure));
		}
		catch (Throwable ex) {
			result.completeExceptionally(ex);
		}
	}

	private static void complete(CompletableFuture<@Nullable Object> result, @Nullable Object value,
			@Nullable Throwable failure) {
		if (failure != null) {
			result.completeExceptionally(failure);
		}
		else {
			result.complete(value);
		}
	}

	private static CompletableFuture<@Nullable Object> cancelling(CompletableFuture<?> locked,
			CompletableFuture<@Nullable Object> result) {
		CompletableFuture<@Nullable Object> unused = result.whenComplete((value, failure) -> {
			if (result.isCancelled()) {
				locked.cancel(true);
			}
		});
		return result;
	}

	private static @Nullable Throwable cause(@Nullable Throwable failure) {
		return (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause() : failure;
	}

	@SuppressWarnings("unchecked")
	private static CompletionStage<@Nullable Object> stage(@Nullable Object returned) {
		if (returned == null) {
			throw new NullPointerException("A method under a lock that returns a future returned null");
		}
		return (CompletionStage<@Nullable Object>) returned;
	}

}
