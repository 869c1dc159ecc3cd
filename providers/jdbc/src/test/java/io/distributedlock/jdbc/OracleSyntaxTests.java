package io.distributedlock.jdbc;

class OracleSyntaxTests extends SyntaxContract {

	OracleSyntaxTests() {
		super(H2Imitation.ORACLE);
	}

}
