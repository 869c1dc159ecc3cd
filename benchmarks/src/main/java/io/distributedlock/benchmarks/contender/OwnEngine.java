package io.distributedlock.benchmarks.contender;

import java.time.Duration;
import java.util.Optional;

import io.distributedlock.LockRequest;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.store.LockProvider;
import io.distributedlock.store.LockStore;

/**
 * This project's engine: what an application uses, with local queue, renewal and lease.
 *
 * @param engine the engine
 */
public record OwnEngine(LockEngine engine) implements WaitingPeer, AutoCloseable {

	/** Longer than any crowd takes. */
	private static final Duration LONG = Duration.ofMinutes(10);

	/**
	 * Creates an engine on a store.
	 * @param provider the store's name
	 * @param store the store, closed with the engine
	 * @return the engine, to be closed
	 */
	public static OwnEngine on(String provider, LockStore store) {
		return new OwnEngine(LockEngine.builder().provider(new LockProvider(provider, () -> store)).build());
	}

	@Override
	public String name() {
		return "our engine";
	}

	@Override
	public Optional<Release> tryAcquire(String key) {
		return this.engine.tryAcquire(LockRequest.of(key)).map((lease) -> lease::close);
	}

	@Override
	public Runnable acquire(String key) {
		return this.engine.acquire(LockRequest.of(key).withWaitTime(LONG))::close;
	}

	@Override
	public void close() {
		this.engine.close();
	}

}
