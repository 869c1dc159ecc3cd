package io.distributedlock.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

import io.distributedlock.store.LockStore;
import io.distributedlock.store.WakeUpQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this node hears from the store that a lock was released. Listening starts in
 * the background when the first acquisition may have to wait, so that a store that is
 * slow to subscribe prolongs no wait; until then, and while it fails, the store is
 * polled. Thread-safe.
 */
final class WakeUps {

	private static final Logger logger = LoggerFactory.getLogger(WakeUps.class);

	private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(10);

	private final LockSpace space;

	private final ReentrantLock mutex = new ReentrantLock();

	private volatile WakeUpQueue.@Nullable Listening listening;

	private boolean starting;

	private volatile boolean failing;

	private boolean closed;

	WakeUps(LockSpace space) {
		this.space = space;
	}

	boolean areHeard() {
		return this.listening != null;
	}

	/**
	 * Returns the store's queue if this node is woken by it, else starts to listen.
	 */
	Optional<WakeUpQueue> queue() {
		LockStore store = this.space.store();
		if (!(store instanceof WakeUpQueue queue)) {
			return Optional.empty();
		}
		if (areHeard()) {
			return Optional.of(queue);
		}
		startListening(queue);
		return Optional.empty();
	}

	private void startListening(WakeUpQueue queue) {
		this.mutex.lock();
		try {
			if (this.starting || this.closed) {
				return;
			}
			this.starting = true;
		}
		finally {
			this.mutex.unlock();
		}
		this.space.threads().storeWork().execute(() -> listen(queue));
	}

	private void listen(WakeUpQueue queue) {
		try {
			listening(queue.listen(this.space.node(), this.space::wokenUp));
		}
		catch (RuntimeException | Error ex) {
			failed(ex);
			this.space.threads().schedule(PAUSE_AFTER_FAILURE, this::mayStartAgain);
		}
	}

	private void failed(Throwable failure) {
		if (this.failing) {
			logger.debug("Provider '{}' still cannot listen for released locks", this.space.name(), failure);
			return;
		}
		this.failing = true;
		logger.warn(
				"Provider '{}' cannot listen for released locks and polls instead; it tries again every {} s while locks are waited for",
				this.space.name(), PAUSE_AFTER_FAILURE.toSeconds(), failure);
	}

	private void listening(WakeUpQueue.Listening started) {
		this.mutex.lock();
		try {
			if (!this.closed) {
				this.listening = started;
				if (this.failing) {
					logger.info("Provider '{}' listens for released locks now", this.space.name());
				}
				return;
			}
		}
		finally {
			this.mutex.unlock();
		}
		started.close();
	}

	private void mayStartAgain() {
		this.mutex.lock();
		try {
			this.starting = false;
		}
		finally {
			this.mutex.unlock();
		}
	}

	void close() {
		this.mutex.lock();
		try {
			this.closed = true;
		}
		finally {
			this.mutex.unlock();
		}
		Optional.ofNullable(this.listening).ifPresent(WakeUpQueue.Listening::close);
	}

}
