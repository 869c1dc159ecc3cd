package io.distributedlock.memory;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * The grants in force, by key and by expiry. What has expired is forgotten. Not
 * thread-safe.
 */
final class Grants {

	private final Map<String, Grant> byKey = new HashMap<>();

	private final SortedSet<Grant> byExpiry = new TreeSet<>(
			((Comparator<Grant>) (left, right) -> Long.signum(left.expiresNanos() - right.expiresNanos()))
				.thenComparing(Grant::key));

	@Nullable Grant find(String key, long now) {
		forgetExpired(now);
		return this.byKey.get(key);
	}

	@Nullable Grant find(String key, String owner, long now) {
		Grant grant = find(key, now);
		return (grant != null && grant.isOwnedBy(owner)) ? grant : null;
	}

	Collection<Grant> all(long now) {
		forgetExpired(now);
		return Collections.unmodifiableCollection(this.byKey.values());
	}

	void put(Grant grant) {
		remove(grant.key());
		this.byKey.put(grant.key(), grant);
		this.byExpiry.add(grant);
	}

	void remove(String key) {
		Grant removed = this.byKey.remove(key);
		if (removed != null) {
			this.byExpiry.remove(removed);
		}
	}

	private void forgetExpired(long now) {
		while (!this.byExpiry.isEmpty() && !this.byExpiry.first().isInForce(now)) {
			remove(this.byExpiry.first().key());
		}
	}

}
