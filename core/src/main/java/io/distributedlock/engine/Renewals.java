package io.distributedlock.engine;

import java.util.List;
import java.util.Optional;

import io.distributedlock.store.BatchRenewal;
import io.distributedlock.store.LockStore;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;

/**
 * Renews leases of one provider on the threads for renewals: those due at the same time
 * in one round trip where the store can, else one by one. A part of the store that is
 * slow or fails does not hold up the others. Whatever the store throws, each lease is
 * told and tries again.
 */
final class Renewals {

	private static final int LARGEST_BATCH = 500;

	private final LockSpace space;

	private final DueLeases due = new DueLeases();

	Renewals(LockSpace space) {
		this.space = space;
	}

	/**
	 * Renews a lease soon. Does not block.
	 * @param lease the lease
	 */
	void due(HeldLease lease) {
		if (this.space.store() instanceof BatchRenewal batch) {
			String part = batch.partOf(lease.storeKey());
			if (this.due.add(part, lease)) {
				renewSoon(part);
			}
		}
		else {
			this.space.threads().renewals().execute(() -> renew(List.of(lease)));
		}
	}

	/**
	 * Tells whether nothing is due or being renewed.
	 */
	boolean isIdle() {
		return this.due.isEmpty();
	}

	private void renewSoon(String part) {
		this.space.threads().renewals().execute(() -> {
			List<HeldLease> batch = this.due.take(part, LARGEST_BATCH);
			if (!batch.isEmpty()) {
				try {
					renew(batch);
				}
				finally {
					renewSoon(part);
				}
			}
		});
	}

	private void renew(List<HeldLease> leases) {
		List<Renewing> renewing = leases.stream().distinct().map(Renewing::begin).flatMap(Optional::stream).toList();
		if (renewing.isEmpty()) {
			return;
		}
		try {
			long sent = this.space.time().nanoTime();
			List<RenewResult> results = send(renewing.stream().map(Renewing::command).toList());
			this.space.outage().answered();
			for (int i = 0; i < renewing.size(); i++) {
				renewing.get(i).lease().renewed(results.get(i), sent, renewing.get(i).command().ttl());
			}
		}
		catch (RuntimeException | Error ex) {
			renewing.forEach((each) -> each.lease().renewalFailed(each.command().ttl(), ex));
		}
		finally {
			renewing.forEach((each) -> each.lease().endRenewal());
		}
	}

	private List<RenewResult> send(List<RenewCommand> commands) {
		LockStore store = this.space.store();
		if (!(store instanceof BatchRenewal batch)) {
			return List.of(store.renew(commands.get(0)));
		}
		List<RenewResult> results = batch.renewAll(commands);
		if (results.size() != commands.size()) {
			throw new IllegalStateException("%d results for %d renewals".formatted(results.size(), commands.size()));
		}
		return results;
	}

	private record Renewing(HeldLease lease, RenewCommand command) {

		private static Optional<Renewing> begin(HeldLease lease) {
			return lease.beginRenewal().map((command) -> new Renewing(lease, command));
		}

	}

}
