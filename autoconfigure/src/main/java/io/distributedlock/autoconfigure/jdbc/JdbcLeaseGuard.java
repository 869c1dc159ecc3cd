package io.distributedlock.autoconfigure.jdbc;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

import javax.sql.DataSource;

import io.distributedlock.engine.GrantedLease;
import io.distributedlock.jdbc.CommitGuard;
import io.distributedlock.jdbc.CommitGuard.Grant;
import io.distributedlock.jdbc.GuardResult;
import io.distributedlock.transaction.LeaseGuard;
import io.distributedlock.transaction.LeaseHold;

import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Guards transactions in the database of the locks with the rows of their locks.
 */
final class JdbcLeaseGuard implements LeaseGuard {

	private final String provider;

	private final Supplier<DataSource> lockDataSource;

	private final Supplier<Optional<CommitGuard>> guard;

	private final SnapshotGuard snapshots;

	/**
	 * Creates the guard.
	 * @param provider the name of the provider
	 * @param lockDataSource the application's data source for the database of the locks
	 * @param guard guards transactions there
	 * @param snapshots guards those that it cannot guard
	 */
	JdbcLeaseGuard(String provider, Supplier<DataSource> lockDataSource, Supplier<Optional<CommitGuard>> guard,
			SnapshotGuard snapshots) {
		this.provider = provider;
		this.lockDataSource = lockDataSource;
		this.guard = guard;
		this.snapshots = snapshots;
	}

	@Override
	public LeaseHold hold(List<GrantedLease> leases) {
		List<GrantedLease> ours = leases.stream().filter((lease) -> lease.provider().equals(this.provider)).toList();
		if (ours.isEmpty()) {
			return LeaseHold.NONE;
		}
		Optional<DataSource> transaction = transactionOnTheLocks();
		Optional<CommitGuard> rows = this.guard.get();
		return (transaction.isPresent() && rows.isPresent()) ? hold(ours, transaction.get(), rows.get())
				: LeaseHold.NONE;
	}

	private LeaseHold hold(List<GrantedLease> leases, DataSource dataSource, CommitGuard rows) {
		List<Grant> grants = leases.stream().map((lease) -> new Grant(lease.storeKey(), lease.owner())).toList();
		GuardResult result = Objects.requireNonNull(new JdbcTemplate(dataSource)
			.execute((ConnectionCallback<GuardResult>) (connection) -> rows.guard(connection, grants)));
		if (result instanceof GuardResult.Lost lost) {
			throw LeaseGuard.lost(
					leases.stream().filter((lease) -> lost.owners().contains(lease.owner())).findFirst().orElseThrow());
		}
		if (result instanceof GuardResult.Held held) {
			return new LeaseHold(Set.copyOf(leases), held.afterCompletion());
		}
		return this.snapshots.guard(leases) ? LeaseHold.of(leases) : LeaseHold.NONE;
	}

	/**
	 * Returns the key under which the calling thread's transaction has a connection to
	 * the database of the locks.
	 */
	private Optional<DataSource> transactionOnTheLocks() {
		DataSource locks = DataSourceUnwrapper.unwrapRoot(this.lockDataSource.get());
		return TransactionSynchronizationManager.getResourceMap()
			.entrySet()
			.stream()
			.filter((resource) -> resource.getValue() instanceof ConnectionHolder)
			.map((resource) -> (DataSource) resource.getKey())
			.filter((dataSource) -> DataSourceUnwrapper.unwrapRoot(dataSource) == locks)
			.findFirst();
	}

}
