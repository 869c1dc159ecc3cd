package io.distributedlock.interceptor;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.distributedlock.DistributedLocks;
import org.jspecify.annotations.Nullable;

/**
 * Runs methods whose work has ended when the stage that they return is completed.
 */
final class StageCalls implements CallStyle {

	@Override
	public CompletableFuture<@Nullable Object> run(DistributedLocks locks, LockedCall call) {
		CompletableFuture<@Nullable Object> result = new CompletableFuture<>();
		CompletionStage<@Nullable Object> locked = locks.callAsync(call.request(), () -> stage(call.proceed()));
		endWith(result, locked);
		CompletionStage<@Nullable Object> unused = locked.whenComplete((value, failure) -> {
			if (failure != null) {
				forward(refused(call, failure), result);
			}
			else {
				result.complete(value);
			}
		});
		return result;
	}

	@Override
	public boolean isAsynchronous() {
		return true;
	}

	@Override
	public boolean canReturnNothing() {
		return true;
	}

	@Override
	public CompletableFuture<@Nullable Object> nothing() {
		return CompletableFuture.completedFuture(null);
	}

	private static CompletionStage<@Nullable Object> refused(LockedCall call, Throwable failure) {
		try {
			return stage(call.refused(failure));
		}
		catch (Throwable ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private static void forward(CompletionStage<@Nullable Object> stage, CompletableFuture<@Nullable Object> result) {
		endWith(result, stage);
		CompletionStage<@Nullable Object> unused = stage.whenComplete((value, failure) -> {
			if (failure != null) {
				result.completeExceptionally(failure);
			}
			else {
				result.complete(value);
			}
		});
	}

	/** Cancels a stage when the caller gives up. */
	private static void endWith(CompletableFuture<?> result, CompletionStage<?> stage) {
		CompletableFuture<?> unused = result.whenComplete((value, failure) -> stage.toCompletableFuture().cancel(true));
	}

	@SuppressWarnings("unchecked")
	private static CompletionStage<@Nullable Object> stage(@Nullable Object returned) {
		return (CompletionStage<@Nullable Object>) Objects.requireNonNull(returned,
				"A method under a lock that returns a future returned null");
	}

}
