package io.distributedlock.test;

import java.time.Duration;
import java.util.UUID;

import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.LockStore;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One owner on one node that wants one lock.
 */
final class Contender {

	/** A ttl that does not end during a test. */
	static final Duration LONG = Duration.ofMinutes(2);

	/** Is in every key of the contract. */
	static final String KEYS = "contract:";

	private final LockStore store;

	private final String key;

	private final String owner;

	private final String node;

	Contender(LockStore store, String key) {
		this(store, key, UUID.randomUUID().toString());
	}

	private Contender(LockStore store, String key, String owner) {
		this(store, key, owner, "contract@test:4711-" + owner.substring(0, 8));
	}

	private Contender(LockStore store, String key, String owner, String node) {
		this.store = store;
		this.key = key;
		this.owner = owner;
		this.node = node;
	}

	static String randomKey() {
		return KEYS + UUID.randomUUID();
	}

	/**
	 * Creates another contender for the same lock.
	 */
	Contender rival() {
		return new Contender(this.store, this.key);
	}

	/**
	 * Creates another contender for the same lock on the same node.
	 */
	Contender again() {
		return new Contender(this.store, this.key, UUID.randomUUID().toString(), this.node);
	}

	String key() {
		return this.key;
	}

	String node() {
		return this.node;
	}

	AcquireCommand acquireCommand(Duration ttl) {
		return new AcquireCommand(this.key, this.owner, this.node, ttl);
	}

	RenewCommand renewCommand(Duration ttl) {
		return new RenewCommand(this.key, this.owner, ttl);
	}

	ReleaseCommand releaseCommand(Duration minHold) {
		return new ReleaseCommand(this.key, this.owner, minHold);
	}

	AcquireResult tryAcquire() {
		return tryAcquire(LONG);
	}

	AcquireResult tryAcquire(Duration ttl) {
		return this.store.tryAcquire(acquireCommand(ttl));
	}

	Granted mustAcquire() {
		return mustAcquire(LONG);
	}

	Granted mustAcquire(Duration ttl) {
		AcquireResult result = tryAcquire(ttl);
		assertThat(result).as("acquire of the lock '%s', which is free or this owner's", this.key)
			.isInstanceOf(Granted.class);
		return (Granted) result;
	}

	void mustNotAcquire() {
		assertThat(tryAcquire()).as("acquire of the lock '%s', which is taken", this.key)
			.isNotInstanceOf(Granted.class);
	}

	RenewResult renew(Duration ttl) {
		return this.store.renew(renewCommand(ttl));
	}

	ReleaseResult release() {
		return release(Duration.ZERO);
	}

	ReleaseResult release(Duration minHold) {
		return this.store.release(releaseCommand(minHold));
	}

	boolean abandon() {
		return this.store.abandon(this.key, this.owner, LONG);
	}

	@Override
	public String toString() {
		return this.owner + " contending for '" + this.key + "'";
	}

}
