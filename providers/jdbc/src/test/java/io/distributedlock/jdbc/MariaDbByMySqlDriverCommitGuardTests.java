package io.distributedlock.jdbc;

import java.sql.Connection;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(ints = Connection.TRANSACTION_REPEATABLE_READ)
class MariaDbByMySqlDriverCommitGuardTests extends DatabaseCommitGuardTests {

	MariaDbByMySqlDriverCommitGuardTests() {
		super(MariaDbServer.shared().newDatabase().at((url) -> url.replace("jdbc:mariadb:", "jdbc:mysql:")));
	}

}
