package io.distributedlock.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import io.distributedlock.AcquisitionOutcome;
import io.distributedlock.LockAttempt;
import io.distributedlock.LockException;
import io.distributedlock.LockInterruptedException;
import io.distributedlock.LockShutdownException;
import io.distributedlock.LockStoreException;
import io.distributedlock.engine.EngineThreads.Cancellation;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.LockStore;
import io.distributedlock.store.StepNotSentException;
import io.distributedlock.store.WakeUpQueue;

/**
 * One request on its way to an outcome: a state machine that never blocks but for single
 * steps of the store. Whoever drives it calls {@link #advance()} until there is an
 * outcome, and in between waits for the signal; one thread at a time.
 */
final class Acquisition {

	private final LockSpace space;

	private final ResolvedRequest request;

	private final AcquireCommand command;

	private final LockAttempt attempt;

	private final long started;

	private final long patienceEnds;

	private final LocalQueue queue;

	private final boolean joinedAsHead;

	private volatile CompletableFuture<Void> signal = new CompletableFuture<>();

	private volatile boolean concluding;

	private volatile boolean cancelled;

	private volatile boolean expired;

	private Cancellation timer = () -> {
	};

	private int repliesBefore;

	private int asked;

	private Optional<String> lastHolder = Optional.empty();

	private boolean contended;

	Acquisition(LockSpace space, ResolvedRequest request) {
		this.space = space;
		this.request = request;
		this.command = new AcquireCommand(request.storeKey(), UUID.randomUUID().toString(), space.node(),
				request.ttl());
		this.attempt = request.attempt();
		this.started = space.time().nanoTime();
		this.patienceEnds = this.started + request.waitTime().toNanos();
		this.queue = space.queues().join(request.storeKey(), this);
		this.joinedAsHead = this.queue.isHead(this);
		space.listeners().acquisitionBegun(this.attempt);
	}

	/**
	 * Goes as far as possible without waiting.
	 * @return the outcome, or what to wait for
	 * @throws LockException if the acquisition failed
	 */
	Progress advance() {
		this.signal = new CompletableFuture<>();
		this.timer.cancel();
		try {
			return next();
		}
		catch (LockException ex) {
			end((ex instanceof LockInterruptedException) ? AcquisitionOutcome.INTERRUPTED : AcquisitionOutcome.ERROR);
			throw ex;
		}
		catch (RuntimeException | Error ex) {
			end(AcquisitionOutcome.ERROR);
			throw ex;
		}
	}

	/**
	 * Ends the acquisition because the waiting thread was interrupted.
	 * @return the exception to throw
	 */
	LockInterruptedException interrupted() {
		this.timer.cancel();
		end(AcquisitionOutcome.INTERRUPTED);
		return new LockInterruptedException(this.request.key());
	}

	/**
	 * Asks the driver to end the acquisition. From any thread.
	 */
	void cancel() {
		this.cancelled = true;
		wake();
	}

	/**
	 * Asks the driver to end the acquisition, as the store has not answered in time. From
	 * any thread.
	 */
	void expire() {
		this.expired = true;
		wake();
	}

	/**
	 * Tells the driver to advance. From any thread, does not block.
	 */
	void wake() {
		this.signal.complete(null);
	}

	/**
	 * Tells a driver whose patience is over that the store has replied.
	 */
	void conclude() {
		if (this.concluding) {
			wake();
		}
	}

	private Progress next() {
		if (this.space.isShutDown()) {
			throw new LockShutdownException(this.request.key());
		}
		if (this.expired) {
			throw noReply();
		}
		if (this.cancelled) {
			throw new LockInterruptedException(this.request.key());
		}
		boolean patient = overdue() < 0;
		if (!patient && !this.concluding) {
			// an older reply might hide that the store has failed since
			this.repliesBefore = this.queue.replies();
			this.concluding = true;
		}
		boolean head = this.queue.isHead(this);
		if (!head && overdue() >= this.space.storeTimeout().toNanos()) {
			throw noReply();
		}
		if (head) {
			return patient ? askUnlessStandingBack() : askForTheLastTime();
		}
		if (patient) {
			if (this.queue.isKnownToBeTaken()) {
				contended();
			}
			return waitFor(this.patienceEnds - now());
		}
		return conclusion().orElseGet(this::awaitReply);
	}

	private Progress askUnlessStandingBack() {
		long standBack = this.space.grantRuns().standBack(this.request.storeKey(), now());
		if (standBack > 0) {
			return waitFor(Math.min(standBack, this.patienceEnds - now()));
		}
		HeldLease local = (this.asked == 0 && !this.joinedAsHead) ? this.space.heldHere(this.request.storeKey()) : null;
		if (local != null) {
			this.asked++;
			return taken(new AcquireResult.Held(this.space.node(), local.fencingToken(), local.remaining()));
		}
		return ask();
	}

	private Progress askForTheLastTime() {
		// asking now might take far longer than the caller was promised
		boolean late = overdue() > this.space.storeTimeout().toNanos() / 2;
		if (this.asked > 0) {
			return late ? notAcquired(this.lastHolder) : ask();
		}
		if (!this.joinedAsHead) {
			Optional<Progress> conclusion = conclusion();
			if (conclusion.isPresent()) {
				return conclusion.get();
			}
			if (late) {
				throw noReply();
			}
		}
		return ask();
	}

	private Progress ask() {
		this.queue.asking();
		long sent;
		AcquireResult result;
		try {
			LockStore store = this.space.store();
			sent = now();
			result = (overdue() < 0) ? tryAcquireOrQueue(store) : store.tryAcquire(this.command);
		}
		catch (RuntimeException | Error ex) {
			if (this.space.isOpen() && !(ex instanceof StepNotSentException)) {
				this.space.cleanUp().abandon(this.command);
			}
			if (StoreFailures.isInterruption(ex)) {
				Thread.currentThread().interrupt();
				throw this.space.isShutDown() ? new LockShutdownException(this.request.key())
						: new LockInterruptedException(this.request.key());
			}
			if (ex instanceof RuntimeException exception) {
				throw failed(StoreFailures.of("acquire", this.request, exception));
			}
			throw ex;
		}
		this.space.outage().answered();
		this.asked++;
		return (result instanceof AcquireResult.Granted granted) ? granted(granted, sent) : taken(result);
	}

	private AcquireResult tryAcquireOrQueue(LockStore store) {
		Optional<WakeUpQueue> storeQueue = this.space.wakeUps().queue();
		if (storeQueue.isEmpty()) {
			return store.tryAcquire(this.command);
		}
		this.queue.queueingInStore();
		return storeQueue.get().tryAcquireOrQueue(this.command);
	}

	private Progress granted(AcquireResult.Granted granted, long sent) {
		if (Deadlines.of(sent, this.request.ttl()) - now() <= 0) {
			this.space.cleanUp().abandon(this.command);
			throw failed(new LockStoreException(
					"Store of provider '%s' granted lock '%s' only after %d ms, longer than its ttl of %d ms allows: check the store's latency or raise the ttl"
						.formatted(this.request.provider(), this.request.key(),
								Duration.ofNanos(now() - sent).toMillis(), this.request.ttl().toMillis()),
					null));
		}
		HeldLease lease = new HeldLease(this.space, this.request, this.command.owner(), granted, sent);
		if (!this.space.hold(lease)) {
			this.space.cleanUp().abandonNow(this.command);
			throw new LockShutdownException(this.request.key());
		}
		lease.start();
		this.space.grantRuns().granted(this.request.storeKey(), now());
		this.queue.replied(new StoreReply.Taken(this.space.node()));
		this.space.queues().leave(this.request.storeKey(), this, AcquisitionOutcome.ACQUIRED);
		this.space.listeners().acquired(lease, waited());
		this.space.listeners().acquisitionEnded(this.attempt, AcquisitionOutcome.ACQUIRED, waited());
		return new Progress.Acquired(lease);
	}

	private Progress taken(AcquireResult result) {
		StoreReply.Taken taken = StoreReply.Taken.by(result);
		this.queue.replied(taken);
		this.lastHolder = taken.holder();
		if (this.lastHolder.filter((holder) -> !holder.equals(this.space.node())).isPresent()) {
			this.space.grantRuns().heldElsewhere(this.request.storeKey());
		}
		contended();
		long patience = this.patienceEnds - now();
		if (patience <= 0) {
			return notAcquired(taken.holder());
		}
		return waitFor(Math.min(patience, this.space.recheck().delay(this.asked, result)));
	}

	private LockStoreException failed(LockStoreException failure) {
		this.queue.replied(new StoreReply.Failed(failure));
		this.space.outage()
			.failed("could not acquire lock '%s' (%s) of provider '%s'".formatted(this.request.key(),
					this.request.name(), this.request.provider()), failure);
		this.space.listeners().storeFailed(this.attempt, failure);
		return failure;
	}

	private Optional<Progress> conclusion() {
		return this.queue.conclusion(this.repliesBefore).map((reply) -> {
			if (reply instanceof StoreReply.Failed failed) {
				// a new exception: this one is thrown on another thread
				throw new LockStoreException(String.valueOf(failed.failure().getMessage()), failed.failure());
			}
			return notAcquired(((StoreReply.Taken) reply).holder());
		});
	}

	private Progress awaitReply() {
		return waitFor(this.space.storeTimeout().toNanos() - overdue());
	}

	LockStoreException noReply() {
		return new LockStoreException(
				"Store of provider '%s' did not answer for lock '%s' within %d ms: check that it is reachable"
					.formatted(this.request.provider(), this.request.key(), waited().toMillis()),
				null);
	}

	private Progress notAcquired(Optional<String> holder) {
		contended();
		end(AcquisitionOutcome.NOT_ACQUIRED);
		return new Progress.NotAcquired(waited(), holder);
	}

	private Progress waitFor(long nanos) {
		CompletableFuture<Void> awaited = this.signal;
		this.timer = this.space.threads().schedule(Duration.ofNanos(nanos), () -> awaited.complete(null));
		return new Progress.Waiting(awaited);
	}

	private void contended() {
		if (!this.contended) {
			this.contended = true;
			this.space.listeners().contended(this.attempt);
		}
	}

	private void end(AcquisitionOutcome outcome) {
		boolean nobodyLeft = this.space.queues().leave(this.request.storeKey(), this, outcome);
		if (nobodyLeft && this.queue.isQueuedInStore()) {
			this.space.leaveQueue(this.request.storeKey());
		}
		this.space.listeners().acquisitionEnded(this.attempt, outcome, waited());
	}

	/**
	 * Returns for how long patience has been over, negative while it is not.
	 */
	private long overdue() {
		return now() - this.patienceEnds;
	}

	private Duration waited() {
		return Duration.ofNanos(now() - this.started);
	}

	private long now() {
		return this.space.time().nanoTime();
	}

}
