package io.distributedlock.jdbc;

import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.distributedlock.jdbc.CommitGuard.Grant;
import io.distributedlock.jdbc.GuardResult.Held;
import io.distributedlock.jdbc.GuardResult.Lost;
import io.distributedlock.jdbc.GuardResult.NotGuardable;

/**
 * How one kind of database locks the rows of grants in somebody's transaction, so that
 * steps leave them out until it ends.
 */
@FunctionalInterface
interface RowGuard {

	/** Where it was never tried. */
	RowGuard NONE = (sql, grants) -> new NotGuardable();

	/**
	 * Locks the rows of those of the grants that are in force.
	 * @param sql runs statements in the transaction
	 * @param grants in the order of their keys, at least one
	 * @return whether all are
	 * @throws SQLException if the database fails
	 */
	GuardResult lock(Sql sql, List<Grant> grants) throws SQLException;

	/**
	 * Returns the result for grants of which some were found in force.
	 */
	static GuardResult result(List<Grant> grants, Collection<String> ownersInForce) {
		Set<String> lost = grants.stream().map(Grant::owner).collect(Collectors.toSet());
		lost.removeAll(Set.copyOf(ownersInForce));
		return lost.isEmpty() ? new Held() : new Lost(lost);
	}

}
