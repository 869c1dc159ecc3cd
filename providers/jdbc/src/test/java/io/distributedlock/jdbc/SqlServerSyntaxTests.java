package io.distributedlock.jdbc;

class SqlServerSyntaxTests extends SyntaxContract {

	SqlServerSyntaxTests() {
		super(H2Imitation.SQL_SERVER);
	}

}
