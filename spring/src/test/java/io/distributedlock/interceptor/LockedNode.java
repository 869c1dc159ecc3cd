package io.distributedlock.interceptor;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.distributedlock.DistributedLocks;
import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.store.LockProvider;
import io.distributedlock.store.LockStore;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application with locked beans and locks of its own, on a store that it may share.
 */
final class LockedNode implements AutoCloseable {

	static final Duration PATIENCE = Duration.ofSeconds(20);

	final LockEngine locks;

	private final LockedContext context;

	LockedNode(String nodeId, LockStore store, Class<?>... components) {
		this.locks = LockEngine.builder().nodeId(nodeId).provider(new LockProvider("memory", () -> store)).build();
		this.context = LockedContext.of((beans) -> {
			beans.registerBean(DistributedLocks.class, () -> this.locks);
			beans.register(components);
		});
	}

	<T> T get(Class<T> type) {
		return this.context.get(type);
	}

	/** Holds a lock as other work of this node would. */
	Lease hold(String key) {
		return this.locks.acquire(LockRequest.of(key).withWaitTime(PATIENCE));
	}

	Optional<Long> tokenOf(String key) {
		return this.locks.find(key).map((lock) -> lock.fencingToken());
	}

	boolean isHeld(String key) {
		return this.locks.find(key).isPresent();
	}

	/** Waits for a release that nobody tells of. */
	void awaitFree(String key) throws InterruptedException {
		long until = System.nanoTime() + PATIENCE.toNanos();
		while (isHeld(key)) {
			assertThat(until - System.nanoTime()).as("time left until %s is free", key).isPositive();
			TimeUnit.MILLISECONDS.sleep(2);
		}
	}

	@Override
	public void close() {
		this.context.close();
	}

}
