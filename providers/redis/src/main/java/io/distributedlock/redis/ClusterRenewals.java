package io.distributedlock.redis;

import java.util.ArrayList;
import java.util.List;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;

import org.springframework.data.redis.connection.RedisClusterConnection;

/**
 * Renews grants in a Cluster, each by itself: while a slot is migrated, a script on
 * several of its keys is refused. Each master is a part. Thread-safe.
 */
final class ClusterRenewals extends Renewals {

	private final Steps steps;

	private final Keys keys;

	private final long patience;

	private final SlotMap slots;

	ClusterRenewals(Steps steps, Replicas replicas, RedisLockStoreConfig config, SlotMap slots) {
		super(steps, replicas, config);
		this.steps = steps;
		this.keys = new Keys(config.namespace());
		this.patience = config.storeTimeout().toNanos();
		this.slots = slots;
	}

	@Override
	String partOf(String key) {
		return this.slots.masterOf(this.keys.of(key));
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * Fails if all of them do. One whose slot is not served must not keep the others from
	 * being renewed, so a single failure is told as busy, as is what there is no time
	 * for.
	 */
	@Override
	List<RenewResult> renewAll(List<RenewCommand> commands) {
		List<RenewResult> results = new ArrayList<>();
		List<LockStoreException> failures = new ArrayList<>();
		long start = System.nanoTime();
		for (RenewCommand command : commands) {
			results.add((System.nanoTime() - start > this.patience) ? RenewResult.BUSY : tryRenew(command, failures));
		}
		if (!failures.isEmpty()) {
			refreshSlots(failures.get(0));
			if (results.stream().allMatch(RenewResult.BUSY::equals)) {
				throw failures.get(0);
			}
		}
		return results;
	}

	private RenewResult tryRenew(RenewCommand command, List<LockStoreException> failures) {
		try {
			return renew(command);
		}
		catch (LockStoreException ex) {
			failures.add(ex);
			return RenewResult.BUSY;
		}
	}

	/** So that those on other masters are told apart from what failed. */
	private void refreshSlots(LockStoreException cause) {
		try {
			this.steps.run("find the masters", (connection) -> {
				this.slots.refresh((RedisClusterConnection) connection);
				return this.slots;
			});
		}
		catch (LockStoreException ex) {
			cause.addSuppressed(ex);
		}
	}

}
