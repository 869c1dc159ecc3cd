package io.distributedlock.interceptor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.distributedlock.DistributedLocks;
import io.distributedlock.Lease;
import io.distributedlock.LockInfo;
import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.LockRequest;
import io.distributedlock.LockStoreException;
import io.distributedlock.LockedCallable;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what was asked for. Grants everything that a test does not refuse.
 */
final class RecordingLocks implements DistributedLocks {

	private final List<LockRequest> requests = new ArrayList<>();

	private final Set<String> heldElsewhere = new HashSet<>();

	private @Nullable LockStoreException failure;

	LockRequest last() {
		return this.requests.get(this.requests.size() - 1);
	}

	List<String> keys() {
		return this.requests.stream().map(LockRequest::key).toList();
	}

	void holdElsewhere(String key) {
		this.heldElsewhere.add(key);
	}

	void fail(LockStoreException failure) {
		this.failure = failure;
	}

	@Override
	public <T extends @Nullable Object, E extends Exception> T call(LockRequest request, LockedCallable<T, E> action)
			throws E {
		if (!isGranted(request)) {
			throw new LockNotAcquiredException(request.key(), Duration.ZERO, "other");
		}
		return action.call();
	}

	@Override
	public <T, E extends Exception> Optional<T> tryCall(LockRequest request, LockedCallable<T, E> action) throws E {
		return isGranted(request) ? Optional.of(action.call()) : Optional.empty();
	}

	@Override
	public <T extends @Nullable Object> CompletionStage<T> callAsync(LockRequest request,
			LockedCallable<? extends CompletionStage<T>, ? extends Exception> action) {
		if (!isGranted(request)) {
			return CompletableFuture.failedFuture(new LockNotAcquiredException(request.key(), Duration.ZERO, "other"));
		}
		try {
			return action.call();
		}
		catch (Exception ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private boolean isGranted(LockRequest request) {
		this.requests.add(request);
		if (this.failure != null) {
			throw this.failure;
		}
		return !this.heldElsewhere.contains(request.key());
	}

	@Override
	public Lease acquire(LockRequest request) {
		throw new UnsupportedOperationException();
	}

	@Override
	public Optional<Lease> tryAcquire(LockRequest request) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletionStage<Lease> acquireAsync(LockRequest request) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void run(LockRequest request, Runnable action) {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean tryRun(LockRequest request, Runnable action) {
		throw new UnsupportedOperationException();
	}

	@Override
	public Optional<LockInfo> find(String key) {
		throw new UnsupportedOperationException();
	}

	@Override
	public List<LockInfo> held(int limit) {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean forceRelease(String key) {
		throw new UnsupportedOperationException();
	}

}
