package io.distributedlock.transaction;

import java.sql.Connection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.distributedlock.LockRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds locks that are asked for inside a transaction that reads from a snapshot, which
 * may be older than the lock: what the last holder changed is then not seen.
 */
final class StaleSnapshots {

	private static final Logger logger = LoggerFactory.getLogger(StaleSnapshots.class);

	private static final Map<Integer, String> SNAPSHOTS = Map.of(Connection.TRANSACTION_REPEATABLE_READ,
			"REPEATABLE READ", Connection.TRANSACTION_SERIALIZABLE, "SERIALIZABLE");

	private final OnStaleSnapshot choice;

	private final Set<String> warned = ConcurrentHashMap.newKeySet();

	StaleSnapshots(OnStaleSnapshot choice) {
		this.choice = choice;
	}

	/**
	 * Checks the transaction of the calling thread.
	 * @param request the lock
	 * @throws StaleSnapshotException if the lock must not be taken in it
	 */
	void check(LockRequest request) {
		String isolation = CurrentIsolation.level().map(SNAPSHOTS::get).orElse(null);
		if (isolation == null) {
			return;
		}
		String message = ("Lock '%s' (%s) is taken inside a transaction that runs at %s already: it may read data as it "
				+ "was before the lock was granted. Begin the transaction under the lock (annotate the method that "
				+ "begins it, or use REQUIRES_NEW), or run it at READ COMMITTED.")
			.formatted(request.key(), request.name(), isolation);
		if (this.choice == OnStaleSnapshot.THROW) {
			throw new StaleSnapshotException(message);
		}
		if (this.warned.add(request.name())) {
			logger.warn(message);
		}
	}

}
