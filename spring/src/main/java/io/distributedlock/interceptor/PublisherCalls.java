package io.distributedlock.interceptor;

import java.util.Objects;

import io.distributedlock.DistributedLocks;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

import org.springframework.core.ReactiveAdapter;

/**
 * Runs methods whose work has ended when the publisher that they return has. The lock is
 * taken, and the method called, for each subscription.
 */
final class PublisherCalls implements CallStyle {

	private final ReactiveAdapter adapter;

	PublisherCalls(ReactiveAdapter adapter) {
		this.adapter = adapter;
	}

	@Override
	public Object run(DistributedLocks locks, LockedCall call) {
		Flux<Object> locked = Flux.defer(() -> subscribed(locks, call.again()));
		return published(this.adapter.isMultiValue() ? locked : locked.singleOrEmpty());
	}

	@Override
	public boolean isAsynchronous() {
		return true;
	}

	@Override
	public boolean canReturnNothing() {
		return this.adapter.supportsEmpty();
	}

	@Override
	public Object nothing() {
		return published(Flux.empty());
	}

	private Flux<Object> subscribed(DistributedLocks locks, LockedCall call) {
		return Flux
			.usingWhen(SubscribedWork.begin(locks, call.request()), (work) -> body(call, work),
					SubscribedWork::succeeded, SubscribedWork::failed, SubscribedWork::cancelled)
			.onErrorResume((failure) -> refused(call, failure));
	}

	private Flux<Object> body(LockedCall call, SubscribedWork work) {
		try {
			return work.run(flux(call.proceed()), call.lock().onLeaseLost());
		}
		catch (Throwable ex) {
			return Flux.error(ex);
		}
	}

	private Flux<Object> refused(LockedCall call, Throwable failure) {
		try {
			return flux(call.refused(failure));
		}
		catch (Throwable ex) {
			return Flux.error(ex);
		}
	}

	private Flux<Object> flux(@Nullable Object returned) {
		Objects.requireNonNull(returned, "A method under a lock that returns a publisher returned null");
		return Flux.from(this.adapter.toPublisher(returned));
	}

	private Object published(Publisher<Object> publisher) {
		return this.adapter.fromPublisher(publisher);
	}

}
