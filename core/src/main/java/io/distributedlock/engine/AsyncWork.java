package io.distributedlock.engine;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

import io.distributedlock.Lease;
import io.distributedlock.LockContext;
import io.distributedlock.LockShutdownException;
import io.distributedlock.LockedCallable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asynchronous work under a lease that is given back when the work's stage is completed.
 *
 * @param <T> the result's type
 */
final class AsyncWork<T extends @Nullable Object> {

	private static final Logger logger = LoggerFactory.getLogger(AsyncWork.class);

	private final LockSpace space;

	private final ResolvedRequest request;

	private final RunningWork running;

	private final LockedCallable<? extends CompletionStage<T>, ? extends Exception> action;

	private final CompletableFuture<T> result = new CompletableFuture<>();

	AsyncWork(LockSpace space, ResolvedRequest request, RunningWork running,
			LockedCallable<? extends CompletionStage<T>, ? extends Exception> action) {
		this.space = space;
		this.request = request;
		this.running = running;
		this.action = action;
	}

	/**
	 * Starts the acquisition.
	 * @return the result; completed by whoever receives it, it cancels what is under way
	 */
	CompletableFuture<T> start() {
		CompletableFuture<Lease> acquisition = new AsyncAcquisition(this.space, this.request).start();
		endWith(this.result, acquisition);
		Runnable work = LockContext.wrap(() -> run((HeldLease) acquisition.join()));
		CompletableFuture<Lease> unused = acquisition.whenCompleteAsync((lease, failure) -> {
			if (failure != null) {
				this.result.completeExceptionally(failure);
			}
			else {
				work.run();
			}
		}, this.space.completions());
		return this.result;
	}

	/**
	 * Starts work that joins the lease of an outer closure, which releases it.
	 */
	static <T extends @Nullable Object> CompletionStage<T> join(HeldLease outer,
			LockedCallable<? extends CompletionStage<T>, ? extends Exception> action) {
		CompletableFuture<T> result = new CompletableFuture<>();
		try {
			CompletionStage<T> stage = notNull(LockedWork.join(outer, action), outer);
			endWith(result, stage);
			CompletionStage<T> unused = stage.whenComplete((value, failure) -> {
				warnIfReleased(outer);
				complete(result, value, failure);
			});
		}
		catch (Throwable ex) {
			result.completeExceptionally(ex);
		}
		return result;
	}

	private void run(HeldLease lease) {
		if (this.result.isDone()) {
			lease.close();
			return;
		}
		LockedWork work = new LockedWork(lease, this.request.onLeaseLost(), this.running);
		try {
			work.begin();
		}
		catch (LockShutdownException ex) {
			this.result.completeExceptionally(ex);
			return;
		}
		CompletionStage<T> stage = call(lease);
		endWith(this.result, stage);
		try {
			// whoever completes the stage must not wait for the store
			CompletionStage<T> unused = stage.whenCompleteAsync((value, failure) -> end(work, value, failure),
					this.space.completions());
		}
		catch (RuntimeException ex) {
			end(work, null, ex);
		}
	}

	private CompletionStage<T> call(HeldLease lease) {
		try (LockContext.Scope scope = LockContext.bind(lease)) {
			return notNull(this.action.call(), lease);
		}
		catch (Throwable ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private void end(LockedWork work, @Nullable T value, @Nullable Throwable failure) {
		work.release();
		if (failure != null) {
			work.addLossTo(cause(failure));
			complete(this.result, value, failure);
		}
		else {
			complete(this.result, value, work.failure().orElse(null));
		}
	}

	private static <T extends @Nullable Object> void complete(CompletableFuture<T> result, @Nullable T value,
			@Nullable Throwable failure) {
		if (failure != null) {
			result.completeExceptionally(failure);
		}
		else {
			result.complete(value);
		}
	}

	/**
	 * Cancels a stage when somebody else completes the result. A stage that is completed,
	 * as usual, does not mind.
	 */
	private static void endWith(CompletableFuture<?> result, CompletionStage<?> stage) {
		CompletableFuture<?> unused = result.whenComplete((value, failure) -> stage.toCompletableFuture().cancel(true));
	}

	private static void warnIfReleased(HeldLease outer) {
		if (outer.isClosed()) {
			logger.warn(
					"Asynchronous work that joined lock '{}' ({}) of provider '{}' with fencing token {} went on after "
							+ "the outer work had released it: let the outer work wait for it",
					outer.key(), outer.name(), outer.provider(), outer.fencingToken());
		}
	}

	private static Throwable cause(Throwable failure) {
		return (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause() : failure;
	}

	private static <S> S notNull(@Nullable S stage, HeldLease lease) {
		return Objects.requireNonNull(stage,
				() -> "The asynchronous action under lock '" + lease.key() + "' returned null");
	}

}
