package io.distributedlock.jdbc;

import java.sql.Connection;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(ints = { Connection.TRANSACTION_READ_UNCOMMITTED, Connection.TRANSACTION_READ_COMMITTED })
class PostgresCommitGuardTests extends DatabaseCommitGuardTests {

	PostgresCommitGuardTests() {
		super(PostgresServer.shared().newDatabase());
	}

}
