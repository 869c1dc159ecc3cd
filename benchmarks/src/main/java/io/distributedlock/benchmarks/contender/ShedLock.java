package io.distributedlock.benchmarks.contender;

import java.time.Duration;
import java.util.Optional;

import javax.sql.DataSource;

import net.javacrumbs.shedlock.core.ClockProvider;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider.Configuration;
import net.javacrumbs.shedlock.provider.redis.spring.RedisLockProvider;

import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * ShedLock as its documentation recommends it.
 *
 * @param locks what it locks with
 */
public record ShedLock(LockProvider locks) implements Peer {

	/**
	 * Creates its table in a database, whose time it goes by.
	 * @param dataSource where
	 * @return ShedLock
	 */
	public static ShedLock on(DataSource dataSource) {
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		jdbc.execute("create table shedlock(name varchar(64) not null primary key, lock_until timestamp not null, "
				+ "locked_at timestamp not null, locked_by varchar(255) not null)");
		return new ShedLock(
				new JdbcTemplateLockProvider(Configuration.builder().withJdbcTemplate(jdbc).usingDbTime().build()));
	}

	/**
	 * Uses it on Redis.
	 * @param connections where
	 * @return ShedLock
	 */
	public static ShedLock on(RedisConnectionFactory connections) {
		return new ShedLock(new RedisLockProvider(connections));
	}

	@Override
	public String name() {
		return "ShedLock";
	}

	@Override
	public Optional<Release> tryAcquire(String key) {
		return this.locks.lock(new LockConfiguration(ClockProvider.now(), key, OwnStore.TTL, Duration.ZERO))
			.map((lock) -> lock::unlock);
	}

}
