package io.distributedlock.interceptor;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.distributedlock.DistributedLocks;
import io.distributedlock.Lease;
import io.distributedlock.LeaseLostException;
import io.distributedlock.LeaseLostException.WorkCommitted;
import io.distributedlock.LockRequest;
import io.distributedlock.OnLeaseLost;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * What one subscription does under a lock. For the locks this is asynchronous work whose
 * stage is completed when the subscription ends.
 */
final class SubscribedWork {

	private final MonoSink<SubscribedWork> receiver;

	private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

	private final CompletableFuture<@Nullable Void> released = new CompletableFuture<>();

	private final CallPath outer = CallPath.current();

	private CallPath inner = this.outer;

	private volatile boolean begun;

	private volatile @Nullable LeaseLostException loss;

	private SubscribedWork(MonoSink<SubscribedWork> receiver) {
		this.receiver = receiver;
	}

	/**
	 * Takes the lock, without blocking whoever subscribes.
	 * @return gives the work on a thread that it may block, to be ended by whoever
	 * receives it; cancelled before, it holds nothing
	 */
	static Mono<SubscribedWork> begin(DistributedLocks locks, LockRequest request) {
		return Mono.create((receiver) -> CallPath.of(receiver.contextView())
			.run(() -> new SubscribedWork(receiver).start(locks, request)));
	}

	private void start(DistributedLocks locks, LockRequest request) {
		CompletableFuture<@Nullable Void> work = locks.<@Nullable Void>callAsync(request, this::handOver)
			.toCompletableFuture();
		CompletableFuture<@Nullable Void> unused = work.whenComplete((nothing, failure) -> released(failure));
		this.receiver.onCancel(() -> work.cancel(true));
	}

	private CompletionStage<@Nullable Void> handOver() {
		this.inner = CallPath.current();
		this.begun = true;
		this.receiver.success(this);
		return this.ended;
	}

	private void released(@Nullable Throwable failure) {
		if (failure == null) {
			this.released.complete(null);
		}
		else if (this.begun) {
			this.released.completeExceptionally(failure);
		}
		else {
			this.receiver.error(failure);
		}
	}

	/**
	 * Lets a publisher do the work.
	 * @param publisher the publisher
	 * @param onLeaseLost whether the work goes on without its lease
	 * @return the publisher, which knows its lease
	 */
	Flux<Object> run(Flux<Object> publisher, OnLeaseLost onLeaseLost) {
		Flux<Object> work = publisher.contextWrite(this.inner::writeTo);
		return (onLeaseLost == OnLeaseLost.IGNORE) ? work : work.takeUntilOther(lossOfLease()).concatWith(failure());
	}

	/** If the work joined a lease, its loss is a matter of the outer work. */
	private Mono<LeaseLostException> lossOfLease() {
		return Mono.justOrEmpty(this.inner.innermost())
			.filter((lease) -> !this.outer.leases().contains(lease))
			.flatMap(SubscribedWork::lossOf)
			.doOnNext((loss) -> this.loss = loss)
			.switchIfEmpty(Mono.never());
	}

	private static Mono<LeaseLostException> lossOf(Lease lease) {
		return Mono.create((receiver) -> lease.onLost((loss) -> {
			try {
				lease.ensureHeld();
			}
			catch (LeaseLostException ex) {
				if (ex.workCommitted() != WorkCommitted.YES) {
					receiver.success(ex);
				}
			}
		}));
	}

	private Mono<Object> failure() {
		return Mono.defer(() -> Mono.justOrEmpty(this.loss).flatMap(Mono::error));
	}

	/**
	 * Ends work that was done.
	 * @return completes after the release, or fails as the lease was lost
	 */
	Mono<Void> succeeded() {
		this.ended.complete(null);
		return Mono.fromFuture(this.released, true);
	}

	/**
	 * Ends work that failed.
	 * @return completes after the release
	 */
	Mono<Void> failed(Throwable failure) {
		this.ended.completeExceptionally(failure);
		return Mono.fromFuture(this.released, true).onErrorComplete();
	}

	/**
	 * Ends work that nobody wants any more.
	 * @return completes after the release
	 */
	Mono<Void> cancelled() {
		return succeeded().onErrorComplete();
	}

}
