package io.distributedlock.jdbc;

import java.util.Set;

/**
 * What a {@link CommitGuard} found.
 */
public sealed interface GuardResult {

	/**
	 * All grants are in force, and nobody can take their locks before the transaction
	 * ends.
	 *
	 * @param afterCompletion to be run on the same thread once the transaction has ended,
	 * by commit or rollback, and before anybody else gets the connection: takes back what
	 * the guard set for the session. Never throws
	 */
	record Held(Runnable afterCompletion) implements GuardResult {

		/** Nothing to take back. */
		Held() {
			this(() -> {
			});
		}

	}

	/**
	 * Some grants are over: released, released by force, expired or taken over. The
	 * caller rolls back.
	 *
	 * @param owners the owner tokens of these grants, at least one
	 */
	record Lost(Set<String> owners) implements GuardResult {

		/**
		 * Copies the owners.
		 */
		public Lost {
			owners = Set.copyOf(owners);
		}

	}

	/**
	 * The database could not tell at this isolation: locking a row would fail as soon as
	 * it was renewed since the transaction began, although the grant is in force. Nothing
	 * was locked; on PostgreSQL the transaction is bounded as one that is guarded.
	 */
	record NotGuardable() implements GuardResult {
	}

}
