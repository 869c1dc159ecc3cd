package io.distributedlock.engine;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import io.distributedlock.AcquisitionOutcome;
import org.jspecify.annotations.Nullable;

/**
 * The acquisitions of one key on this node, in order. Only the head talks to the store;
 * what it learns is known to all. Thread-safe.
 */
final class LocalQueue {

	private final ReentrantLock mutex = new ReentrantLock();

	private final Set<Acquisition> members = new LinkedHashSet<>();

	private @Nullable StoreReply lastReply;

	private int replies;

	private boolean replyOutstanding = true;

	private boolean queuedInStore;

	private boolean ended;

	/**
	 * Adds a member at the tail.
	 * @param member the acquisition
	 * @return {@code false} if the queue has ended: there is to be a new one
	 */
	boolean join(Acquisition member) {
		return atomically(() -> !this.ended && this.members.add(member));
	}

	/**
	 * Removes a member. If it was the head, the next one is told that it is its turn. If
	 * nobody is left, the queue ends.
	 * @param member the acquisition
	 * @param outcome how it ended
	 * @return whether the queue has ended
	 */
	boolean leave(Acquisition member, AcquisitionOutcome outcome) {
		return atomically(() -> {
			boolean wasHead = isHead(member);
			this.members.remove(member);
			if (outcome == AcquisitionOutcome.ACQUIRED) {
				this.queuedInStore = false;
			}
			if (wasHead && !this.members.isEmpty()) {
				this.replyOutstanding = true;
				wakeHead();
			}
			this.ended = this.members.isEmpty();
			return this.ended;
		});
	}

	int size() {
		return atomically(this.members::size);
	}

	boolean hasEnded() {
		return atomically(() -> this.ended);
	}

	boolean isHead(Acquisition member) {
		return atomically(() -> {
			Iterator<Acquisition> iterator = this.members.iterator();
			return iterator.hasNext() && iterator.next() == member;
		});
	}

	/**
	 * Counts the store's replies, so that a member can tell those since its patience
	 * ended.
	 * @return the number of replies so far
	 */
	int replies() {
		return atomically(() -> this.replies);
	}

	/**
	 * Returns what a member that cannot wait any longer may conclude from.
	 * @param repliesBefore the number of replies when its patience ended
	 * @return the last reply, empty if it is older and a new one is on its way
	 */
	Optional<StoreReply> conclusion(int repliesBefore) {
		return atomically(() -> (this.replies > repliesBefore || !this.replyOutstanding)
				? Optional.ofNullable(this.lastReply) : Optional.empty());
	}

	boolean isKnownToBeTaken() {
		return atomically(() -> this.lastReply instanceof StoreReply.Taken);
	}

	void asking() {
		atomically(() -> this.replyOutstanding = true);
	}

	/**
	 * Notes that this node is about to wait in the store's queue, until its next grant.
	 */
	void queueingInStore() {
		atomically(() -> this.queuedInStore = true);
	}

	boolean isQueuedInStore() {
		return atomically(() -> this.queuedInStore);
	}

	/**
	 * Makes a reply known. Members whose patience is over are woken to conclude from it.
	 * @param reply what the store said
	 */
	void replied(StoreReply reply) {
		atomically(() -> {
			this.lastReply = reply;
			this.replies++;
			this.replyOutstanding = false;
			this.members.forEach(Acquisition::conclude);
			return reply;
		});
	}

	/**
	 * Tells the head to ask the store now.
	 */
	void wakeHead() {
		atomically(() -> {
			Iterator<Acquisition> iterator = this.members.iterator();
			if (iterator.hasNext()) {
				iterator.next().wake();
			}
			return this;
		});
	}

	void wakeAll() {
		atomically(() -> {
			this.members.forEach(Acquisition::wake);
			return this;
		});
	}

	private <T extends @Nullable Object> T atomically(Supplier<T> step) {
		this.mutex.lock();
		try {
			return step.get();
		}
		finally {
			this.mutex.unlock();
		}
	}

}
