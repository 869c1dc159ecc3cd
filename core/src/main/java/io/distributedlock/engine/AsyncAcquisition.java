package io.distributedlock.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

import io.distributedlock.Lease;
import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.LockShutdownException;
import io.distributedlock.engine.EngineThreads.Cancellation;

/**
 * Drives an acquisition on the threads for store work, so that no caller ever blocks. If
 * the result is cancelled or completed by others, the acquisition ends and a lease that
 * came too late is closed. The result is completed in time also while all threads wait
 * for a store that does not answer.
 */
final class AsyncAcquisition {

	private final LockSpace space;

	private final ResolvedRequest request;

	private final Acquisition acquisition;

	private final CompletableFuture<Lease> result = new CompletableFuture<>();

	/** Held by whoever drives. */
	private final ReentrantLock driving = new ReentrantLock();

	private boolean ended;

	AsyncAcquisition(LockSpace space, ResolvedRequest request) {
		this.space = space;
		this.request = request;
		this.acquisition = new Acquisition(space, request);
	}

	CompletableFuture<Lease> start() {
		Duration longest = this.request.waitTime().plus(this.space.storeTimeout());
		Cancellation timeout = this.space.threads()
			.schedule(longest, () -> this.space.completions().execute(this::timedOut));
		this.space.asyncAcquisitions().add(this);
		CompletableFuture<Lease> unused = this.result.whenComplete((lease, failure) -> {
			timeout.cancel();
			this.space.asyncAcquisitions().remove(this);
			this.acquisition.cancel();
		});
		if (this.space.isShutDown()) {
			shutDown();
		}
		else {
			this.space.threads().storeWork().execute(this::advance);
		}
		return this.result;
	}

	/**
	 * Ends the acquisition when the threads that drive it may have ended.
	 */
	void shutDown() {
		if (this.driving.tryLock()) {
			try {
				advance();
			}
			finally {
				this.driving.unlock();
			}
		}
		// a store does not answer, or the result could not be delivered any more
		this.result.completeExceptionally(new LockShutdownException(this.request.key()));
	}

	private void timedOut() {
		this.acquisition.expire();
		this.result.completeExceptionally(this.acquisition.noReply());
	}

	private void advance() {
		this.driving.lock();
		try {
			if (!this.ended) {
				this.ended = true;
				drive();
			}
		}
		catch (Throwable ex) {
			this.space.completions().execute(() -> this.result.completeExceptionally(ex));
		}
		finally {
			this.driving.unlock();
		}
	}

	private void drive() {
		Progress progress = this.acquisition.advance();
		if (progress instanceof Progress.Waiting waiting) {
			this.ended = false;
			CompletableFuture<Void> unused = waiting.signal()
				.thenRunAsync(this::advance, this.space.threads().storeWork());
		}
		else if (progress instanceof Progress.Acquired acquired) {
			this.space.completions().execute(() -> {
				if (!this.result.complete(acquired.lease())) {
					this.space.threads().storeWork().execute(acquired.lease()::close);
				}
			});
		}
		else if (progress instanceof Progress.NotAcquired refused) {
			this.space.completions()
				.execute(() -> this.result.completeExceptionally(new LockNotAcquiredException(this.request.key(),
						refused.waited(), refused.holder().orElse(null))));
		}
	}

}
