package io.distributedlock.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import io.distributedlock.LeaseLost;
import io.distributedlock.LeaseLost.Reason;
import io.distributedlock.LeaseLostException;
import io.distributedlock.LeaseLostException.WorkCommitted;
import io.distributedlock.LockContext;
import io.distributedlock.LockDurations;
import io.distributedlock.LockStoreException;
import io.distributedlock.Renewal;
import io.distributedlock.engine.EngineThreads.Cancellation;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;

/**
 * A grant as its holder sees it: watches its deadline, and is lost or closed once.
 */
final class HeldLease implements GrantedLease, LockContext.Marking {

	private static final int BUSY_ATTEMPTS = 3;

	private final LockSpace space;

	private final ResolvedRequest request;

	private final String owner;

	private final AcquireResult.Granted granted;

	private final long sent;

	private final long heldSince;

	private final LeaseTerm term;

	private final LeaseRenewal renewal;

	private final LeaseLog log;

	private final LossCallbacks callbacks = new LossCallbacks();

	private final TransactionOutcomes transactions = new TransactionOutcomes();

	private final AtomicReference<LeaseState> state = new AtomicReference<>(LeaseState.HELD);

	/** Held during every store command of this lease: at most one is in flight. */
	private final ReentrantLock storeCommand = new ReentrantLock();

	private volatile Cancellation deadlineWatch = () -> {
	};

	HeldLease(LockSpace space, ResolvedRequest request, String owner, AcquireResult.Granted granted, long sent) {
		this.space = space;
		this.request = request;
		this.owner = owner;
		this.granted = granted;
		this.sent = sent;
		this.heldSince = now();
		this.term = new LeaseTerm(space.time(), request, sent);
		this.renewal = new LeaseRenewal(space, this, request.ttl());
		this.log = new LeaseLog(space, this, request.ttl());
	}

	void start() {
		watchDeadline();
		scheduleRenewal(this.sent);
	}

	@Override
	public String key() {
		return this.request.key();
	}

	@Override
	public String storeKey() {
		return this.request.storeKey();
	}

	@Override
	public String owner() {
		return this.owner;
	}

	@Override
	public String name() {
		return this.request.name();
	}

	@Override
	public String provider() {
		return this.request.provider();
	}

	@Override
	public long fencingToken() {
		return this.granted.fencingToken();
	}

	@Override
	public Instant acquiredAt() {
		return this.granted.acquiredAt();
	}

	@Override
	public Duration remaining() {
		long left = this.term.left();
		return (this.state.get() == LeaseState.HELD && left > 0) ? Duration.ofNanos(left) : Duration.ZERO;
	}

	@Override
	public boolean isHeld() {
		if (this.state.get() == LeaseState.HELD && this.term.left() <= 0) {
			lose(this.term.reasonToEnd());
		}
		return this.state.get() == LeaseState.HELD;
	}

	@Override
	public void ensureHeld() {
		if (!isHeld()) {
			throw loss().<RuntimeException>map((loss) -> new LeaseLostException(loss, workCommitted()))
				.orElseGet(() -> new IllegalStateException("Lease on lock '" + key() + "' is closed"));
		}
	}

	@Override
	public Optional<LeaseLost> loss() {
		isHeld();
		LeaseState current = this.state.get();
		if (current instanceof LeaseState.Lost lost) {
			return Optional.of(lost.loss());
		}
		return (current instanceof LeaseState.ClosedAfterLoss closed) ? Optional.of(closed.loss()) : Optional.empty();
	}

	@Override
	public void refused() {
		lose(Reason.REFUSED);
	}

	@Override
	public void transactionEnded(TransactionOutcome outcome) {
		this.transactions.add(outcome);
	}

	@Override
	public WorkCommitted workCommitted() {
		return this.transactions.workCommitted(loss());
	}

	boolean belongsTo(LockSpace candidate) {
		return this.space == candidate;
	}

	boolean isClosed() {
		LeaseState current = this.state.get();
		return current instanceof LeaseState.Closed || current instanceof LeaseState.ClosedAfterLoss;
	}

	@Override
	public LockContext.Scope mark() {
		return this.space.marks().put(this);
	}

	@Override
	public LockContext.Scope unmark() {
		return this.space.marks().remove();
	}

	@Override
	public void onLost(Consumer<LeaseLost> callback) {
		this.callbacks.add(callback, this::loss);
	}

	/**
	 * Registers what is done on the spot when the lease is lost, before callbacks run on
	 * their own thread.
	 * @param action quick, no I/O, no user code
	 */
	void onLostAtOnce(Runnable action) {
		this.callbacks.addAction(action);
	}

	@Override
	public void extend(Duration ttl) {
		LockDurations.positive("ttl", ttl);
		ensureHeld();
		this.term.check(ttl, key());
		this.storeCommand.lock();
		try {
			ensureHeld();
			long sent = now();
			Duration asked = ttl;
			RenewResult result = RenewResult.BUSY;
			for (int attempt = 0; attempt < BUSY_ATTEMPTS && result == RenewResult.BUSY; attempt++) {
				sent = now();
				asked = this.term.cap(Deadlines.ttlThatLeaves(ttl));
				result = renew(asked);
			}
			switch (result) {
				case RENEWED -> {
					this.term.prolonged(sent, asked);
					takeBackIfLost();
				}
				case REFUSED -> lose(Reason.REFUSED);
				case BUSY -> throw new LockStoreException(
						"Store of provider '%s' was busy with lock '%s' and did not extend it: try again"
							.formatted(provider(), key()),
						null);
			}
			ensureHeld();
		}
		finally {
			this.storeCommand.unlock();
		}
	}

	private RenewResult renew(Duration ttl) {
		try {
			return this.space.store().renew(new RenewCommand(storeKey(), this.owner, ttl));
		}
		catch (RuntimeException ex) {
			this.term.mayLast(ttl.plus(this.space.storeTimeout()));
			LockStoreException failure = StoreFailures.of("extend", this.request, ex);
			this.log.notExtended(failure);
			this.space.listeners().storeFailed(this.request.attempt(), failure);
			throw failure;
		}
	}

	@Override
	public void close() {
		// notices a deadline that has passed
		isHeld();
		LeaseState before = this.state.getAndUpdate((current) -> {
			if (current instanceof LeaseState.Lost lost) {
				return new LeaseState.ClosedAfterLoss(lost.loss());
			}
			return (current == LeaseState.HELD) ? LeaseState.CLOSED : current;
		});
		if (before != LeaseState.HELD && !(before instanceof LeaseState.Lost)) {
			return;
		}
		stopTimers();
		this.space.listeners().released(this, held());
		boolean othersComeFirst = false;
		if (before == LeaseState.HELD || !this.space.isShutDown()) {
			// clients abort commands of interrupted threads
			boolean interrupted = Thread.interrupted();
			othersComeFirst = release();
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
		this.space.forget(this);
		if (!othersComeFirst) {
			this.space.wakeWaiter(storeKey());
		}
	}

	/**
	 * Gives the grant back.
	 * @return whether other nodes come first, and this one will be woken after them
	 */
	private boolean release() {
		try {
			ReleaseResult result = sendRelease();
			if (result == ReleaseResult.NOT_OWNED && this.state.compareAndSet(LeaseState.CLOSED,
					new LeaseState.ClosedAfterLoss(loss(Reason.REFUSED)))) {
				announce();
			}
			this.space.outage().answered();
			return result == ReleaseResult.RELEASED_AND_QUEUED;
		}
		catch (RuntimeException | Error ex) {
			LockStoreException failure = StoreFailures.of("release", this.request, ex);
			this.log.notReleased(failure);
			this.space.listeners().storeFailed(this.request.attempt(), failure);
			releaseInBackground();
			return false;
		}
	}

	private void releaseInBackground() {
		this.space.cleanUp().release(storeKey(), this.term.storeExpiry(), this::sendRelease);
	}

	private ReleaseResult sendRelease() {
		this.storeCommand.lock();
		try {
			return this.space.release(new ReleaseCommand(storeKey(), this.owner, this.request.minHold()));
		}
		finally {
			this.storeCommand.unlock();
		}
	}

	/**
	 * Ends the lease before its holder does. Does no I/O.
	 * @param reason why
	 */
	void lose(Reason reason) {
		if (this.state.compareAndSet(LeaseState.HELD, new LeaseState.Lost(loss(reason)))) {
			stopTimers();
			announce();
			this.space.forget(this);
			this.space.wakeWaiter(storeKey());
		}
	}

	private LeaseLost loss(Reason reason) {
		return new LeaseLost(key(), name(), provider(), fencingToken(), reason, this.space.time().now());
	}

	private void announce() {
		LeaseLost loss = loss().orElseThrow();
		Duration held = held();
		Consumer<LeaseLost> callbacks = this.callbacks.lost();
		this.space.threads().callbacks().execute(() -> {
			this.log.lost(loss, held);
			this.space.listeners().lost(loss);
			callbacks.accept(loss);
		});
	}

	/**
	 * Starts a renewal; to be followed by {@link #endRenewal()}. A lease that is not to
	 * be renewed asks for the time it has left: whether it is still in force.
	 * @return the command to send; empty if the lease is over, its longest hold time is
	 * reached, or another command is in flight
	 */
	Optional<RenewCommand> beginRenewal() {
		if (!this.storeCommand.tryLock()) {
			this.renewal.retry();
			return Optional.empty();
		}
		Duration ttl = isRenewed() ? this.term.cap(this.request.ttl()) : remaining();
		if (this.state.get() != LeaseState.HELD || ttl.isZero()) {
			this.storeCommand.unlock();
			return Optional.empty();
		}
		return Optional.of(new RenewCommand(storeKey(), this.owner, ttl));
	}

	void endRenewal() {
		this.storeCommand.unlock();
	}

	void renewed(RenewResult result, long sent, Duration ttl) {
		switch (result) {
			case RENEWED -> {
				this.term.prolonged(sent, ttl);
				if (this.state.get() == LeaseState.HELD) {
					scheduleRenewal(sent);
					this.log.renewed(held());
					this.space.threads().callbacks().execute(() -> this.space.listeners().renewed(this));
				}
				takeBackIfLost();
			}
			case REFUSED -> lose(Reason.REFUSED);
			case BUSY -> this.renewal.retry();
		}
	}

	void renewalFailed(Duration ttl, Throwable cause) {
		this.term.mayLast(ttl.plus(this.space.storeTimeout()));
		LockStoreException failure = StoreFailures.of("renew", this.request, cause);
		this.renewal.retry();
		this.space.threads().callbacks().execute(() -> {
			this.log.notRenewed(failure);
			this.space.listeners().renewalFailed(this, failure);
		});
	}

	private void takeBackIfLost() {
		if (this.state.get() instanceof LeaseState.Lost) {
			releaseInBackground();
		}
	}

	private boolean isRenewed() {
		return this.request.renewal() == Renewal.AUTO;
	}

	private void scheduleRenewal(long sent) {
		if (isRenewed() && this.term.canGrow()) {
			this.renewal.scheduleNext(sent);
		}
	}

	private void watchDeadline() {
		long left = this.term.left();
		if (left <= 0) {
			lose(this.term.reasonToEnd());
		}
		else if (this.state.get() == LeaseState.HELD) {
			this.deadlineWatch = this.space.threads().schedule(Duration.ofNanos(left), this::watchDeadline);
			if (this.state.get() != LeaseState.HELD) {
				this.deadlineWatch.cancel();
			}
		}
	}

	private void stopTimers() {
		this.deadlineWatch.cancel();
		this.renewal.stop();
	}

	private Duration held() {
		return Duration.ofNanos(now() - this.heldSince);
	}

	private long now() {
		return this.space.time().nanoTime();
	}

	@Override
	public String toString() {
		return "Lease[key=%s, provider=%s, fencingToken=%d, %s]".formatted(key(), provider(), fencingToken(),
				this.state.get());
	}

}
