package io.distributedlock.autoconfigure.jdbc;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.function.Supplier;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;

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
