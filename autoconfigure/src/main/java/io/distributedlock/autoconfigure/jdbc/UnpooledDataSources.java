package io.distributedlock.autoconfigure.jdbc;

import java.util.Set;

import javax.sql.DataSource;

import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.jdbc.datasource.AbstractDriverBasedDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabase;

/**
 * Data sources that open a connection for everybody who asks: nobody waits for anybody.
 */
final class UnpooledDataSources {

	private static final Set<String> OF_DRIVERS = Set.of("org.h2.jdbcx.JdbcDataSource",
			"org.postgresql.ds.PGSimpleDataSource", "org.mariadb.jdbc.MariaDbDataSource",
			"com.mysql.cj.jdbc.MysqlDataSource", "oracle.jdbc.pool.OracleDataSource",
			"oracle.jdbc.datasource.impl.OracleDataSource", "com.microsoft.sqlserver.jdbc.SQLServerDataSource");

	private UnpooledDataSources() {
	}

	static boolean contain(DataSource dataSource) {
		DataSource target = DataSourceUnwrapper.unwrapRoot(dataSource);
		if (target instanceof EmbeddedDatabase || OF_DRIVERS.contains(target.getClass().getName())) {
			return true;
		}
		return target instanceof AbstractDriverBasedDataSource && !(target instanceof SingleConnectionDataSource);
	}

}
