package io.distributedlock.engine;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

import io.distributedlock.Lease;
import io.distributedlock.LockContext;
import io.distributedlock.LockedCallable;
import org.jspecify.annotations.Nullable;

/**
 * Asynchronous work under a lease that is given back when the work's stage is completed.
 *
 * @param <T> the result's type
 */
final class AsyncWork<T extends @Nullable Object> {

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
	 * @return the result; cancelled by whoever receives it, it cancels what is under way
	 */
	CompletableFuture<T> start() {
		CompletableFuture<Lease> acquisition = new AsyncAcquisition(this.space, this.request).start();
		cancelWithResult(acquisition);
		Runnable work = LockContext.wrap(() -> run((HeldLease) acquisition.join()));
		CompletableFuture<Lease> unused = acquisition.whenCompleteAsync((lease, failure) -> {
			if (failure != null) {
				this.result.completeExceptionally(failure);
			}
			else {
				work.run();
			}
		}, this::execute);
		return this.result;
	}

	/**
	 * Starts work that joins the lease of an outer closure, which releases it.
	 */
	static <T extends @Nullable Object> CompletionStage<T> join(HeldLease outer,
			LockedCallable<? extends CompletionStage<T>, ? extends Exception> action) {
		try {
			return notNull(LockedWork.join(outer, action), outer.key());
		}
		catch (Throwable ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private void run(HeldLease lease) {
		LockedWork work = new LockedWork(lease, this.request.onLeaseLost(), this.running);
		CompletionStage<T> stage;
		try {
			work.begin();
		}
		catch (RuntimeException ex) {
			this.result.completeExceptionally(ex);
			return;
		}
		try (LockContext.Scope scope = LockContext.bind(lease)) {
			stage = notNull(this.action.call(), lease.key());
		}
		catch (Throwable ex) {
			end(work, null, ex);
			return;
		}
		cancelWithResult(stage);
		CompletionStage<T> unused = stage.whenCompleteAsync((value, failure) -> end(work, value, failure),
				this::execute);
	}

	/**
	 * Runs what may block. Whoever completed a stage must not wait for the store, or for
	 * what depends on the result, which is user code.
	 */
	private void execute(Runnable task) {
		if (this.space.isShutDown()) {
			task.run();
		}
		else {
			this.space.threads().completions().execute(task);
		}
	}

	private void end(LockedWork work, @Nullable T value, @Nullable Throwable failure) {
		work.release();
		if (failure != null) {
			work.failure().ifPresent((loss) -> cause(failure).addSuppressed(loss));
			this.result.completeExceptionally(failure);
		}
		else {
			work.failure().ifPresentOrElse(this.result::completeExceptionally, () -> this.result.complete(value));
		}
	}

	private void cancelWithResult(CompletionStage<?> dependency) {
		CompletableFuture<T> unused = this.result.whenComplete((value, failure) -> {
			if (this.result.isCancelled()) {
				dependency.toCompletableFuture().cancel(true);
			}
		});
	}

	private static Throwable cause(Throwable failure) {
		return (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause() : failure;
	}

	private static <S> S notNull(@Nullable S stage, String key) {
		return Objects.requireNonNull(stage, () -> "The asynchronous action under lock '" + key + "' returned null");
	}

}
