package io.distributedlock.engine;

import java.util.concurrent.CompletableFuture;

import io.distributedlock.Lease;
import io.distributedlock.LockNotAcquiredException;

/**
 * Drives an acquisition on the threads for store work, so that no caller ever blocks. If
 * the result is cancelled, the acquisition ends and a lease that came too late is closed.
 */
final class AsyncAcquisition {

	private final LockSpace space;

	private final ResolvedRequest request;

	private final Acquisition acquisition;

	private final CompletableFuture<Lease> result = new CompletableFuture<>();

	AsyncAcquisition(LockSpace space, ResolvedRequest request) {
		this.space = space;
		this.request = request;
		this.acquisition = new Acquisition(space, request);
	}

	CompletableFuture<Lease> start() {
		CompletableFuture<Lease> unused = this.result.whenComplete((lease, failure) -> {
			if (this.result.isCancelled()) {
				this.acquisition.cancel();
			}
		});
		this.space.threads().storeWork().execute(this::advance);
		return this.result;
	}

	private void advance() {
		try {
			Progress progress = this.acquisition.advance();
			if (progress instanceof Progress.Waiting waiting) {
				CompletableFuture<Void> unused = waiting.signal()
					.thenRunAsync(this::advance, this.space.threads().storeWork());
			}
			else if (progress instanceof Progress.Acquired acquired) {
				if (!this.result.complete(acquired.lease())) {
					acquired.lease().close();
				}
			}
			else if (progress instanceof Progress.NotAcquired refused) {
				this.result.completeExceptionally(new LockNotAcquiredException(this.request.key(), refused.waited(),
						refused.holder().orElse(null)));
			}
		}
		catch (Throwable ex) {
			this.result.completeExceptionally(ex);
		}
	}

}
