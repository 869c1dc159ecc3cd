package io.distributedlock.jdbc;

import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

import io.distributedlock.jdbc.CommitGuard.Grant;

/**
 * Guards on MySQL at any isolation, as a read that locks sees the newest version of a
 * row. The server ends no transaction because it is idle.
 */
final class MySqlFamilyRowGuard implements RowGuard {

	private final MySqlFamilyStatements statements;

	MySqlFamilyRowGuard(MySqlFamilyStatements statements) {
		this.statements = statements;
	}

	@Override
	public GuardResult lock(Sql sql, List<Grant> grants) throws SQLException {
		Object[] parameters = grants.stream().flatMap((grant) -> Stream.of(grant.key(), grant.owner())).toArray();
		return RowGuard.result(grants,
				sql.query(this.statements.lockGrants(grants.size()), (row) -> row.getString(1), parameters));
	}

}
