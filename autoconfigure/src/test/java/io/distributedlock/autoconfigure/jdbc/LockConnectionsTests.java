package io.distributedlock.autoconfigure.jdbc;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.function.Supplier;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.apache.commons.dbcp2.BasicDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.ds.PGSimpleDataSource;

import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

class LockConnectionsTests {

	private final DataSource dataSource = new DriverManagerDataSource("jdbc:h2:mem:");

	@Test
	void usesTheDataSourceAsItIsWithoutHikariOnTheClasspath() throws Exception {
		try (WithoutHikari classLoader = new WithoutHikari()) {
			Class<?> type = Class.forName(LockConnections.class.getName(), true, classLoader);
			assertThat(type).isNotEqualTo(LockConnections.class);
			// as the application context looks at beans
			assertThat(ReflectionUtils.getDeclaredMethods(type)).isNotEmpty();
			assertThat(type.getDeclaredFields()).isNotEmpty();
			Constructor<?> constructor = type.getDeclaredConstructor(Supplier.class, int.class, Duration.class);
			constructor.setAccessible(true);
			Supplier<DataSource> application = () -> this.dataSource;
			Object connections = constructor.newInstance(application, 4, Duration.ofSeconds(5));
			Method open = type.getDeclaredMethod("open");
			open.setAccessible(true);
			assertThat(open.invoke(connections)).isSameAs(this.dataSource);
		}
	}

	@ParameterizedTest
	@CsvSource({ "jdbc:postgresql://db/shop, 5", "jdbc:otel:postgresql://db/shop, 5", "jdbc:mysql://db/postgresql, 4",
			"jdbc:h2:mem:shop;MODE=PostgreSQL, 4" })
	void haveOneMoreWhereOneListens(String url, int size) {
		HikariDataSource hikari = new HikariDataSource();
		hikari.setJdbcUrl(url);
		assertThat(ownOf(hikari, HikariDataSource.class).getMaximumPoolSize()).isEqualTo(size);
		org.apache.tomcat.jdbc.pool.DataSource tomcat = new org.apache.tomcat.jdbc.pool.DataSource();
		tomcat.setUrl(url);
		assertThat(ownOf(tomcat, TomcatLockPool.class).getMaxActive()).isEqualTo(size);
		BasicDataSource dbcp2 = new BasicDataSource();
		dbcp2.setUrl(url);
		assertThat(ownOf(dbcp2, Dbcp2LockPool.class).getMaxTotal()).isEqualTo(size);
	}

	@Test
	void haveOneMoreWherePostgresHasNoUrl() {
		HikariDataSource named = new HikariDataSource();
		named.setDataSourceClassName("org.postgresql.ds.PGSimpleDataSource");
		assertThat(ownOf(named, HikariDataSource.class).getMaximumPoolSize()).isEqualTo(5);
		HikariDataSource given = new HikariDataSource();
		given.setDataSource(new PGSimpleDataSource());
		assertThat(ownOf(given, HikariDataSource.class).getMaximumPoolSize()).isEqualTo(5);
		org.apache.tomcat.jdbc.pool.DataSource tomcat = new org.apache.tomcat.jdbc.pool.DataSource();
		tomcat.setDataSource(new PGSimpleDataSource());
		assertThat(ownOf(tomcat, TomcatLockPool.class).getMaxActive()).isEqualTo(5);
	}

	@Test
	void areCheckedWhateverTheApplicationsAreWithoutAQueryThatNothingBounds() {
		org.apache.tomcat.jdbc.pool.DataSource tomcat = new org.apache.tomcat.jdbc.pool.DataSource();
		tomcat.setTestOnBorrow(false);
		tomcat.setValidationQuery("select 1");
		TomcatLockPool ownOfTomcat = ownOf(tomcat, TomcatLockPool.class);
		assertThat(ownOfTomcat.isTestOnBorrow()).isTrue();
		assertThat(ownOfTomcat.getValidationQuery()).isNull();
		assertThat(ownOfTomcat.getValidationQueryTimeout()).isEqualTo(1);
		BasicDataSource dbcp2 = new BasicDataSource();
		dbcp2.setTestOnBorrow(false);
		dbcp2.setValidationQuery("select 1");
		Dbcp2LockPool ownOfDbcp2 = ownOf(dbcp2, Dbcp2LockPool.class);
		assertThat(ownOfDbcp2.getTestOnBorrow()).isTrue();
		assertThat(ownOfDbcp2.getValidationQuery()).isNull();
		assertThat(ownOfDbcp2.getValidationQueryTimeoutDuration()).isEqualTo(Duration.ofSeconds(1));
	}

	/** The pools have not connected, so there is nothing to close. */
	private static <T extends DataSource> T ownOf(DataSource application, Class<T> kind) {
		return kind.cast(new LockConnections(() -> application, 4, Duration.ofSeconds(2)).open());
	}

	private static final class WithoutHikari extends URLClassLoader {

		WithoutHikari() {
			super(new URL[] { LockConnections.class.getProtectionDomain().getCodeSource().getLocation() },
					LockConnections.class.getClassLoader());
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			if (name.startsWith("com.zaxxer.hikari")) {
				throw new ClassNotFoundException(name);
			}
			return name.startsWith("io.distributedlock.autoconfigure") ? findClass(name)
					: super.loadClass(name, resolve);
		}

	}

}
