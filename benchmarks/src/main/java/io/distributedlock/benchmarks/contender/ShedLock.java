package io.distributedlock.benchmarks.contender;

import java.time.Duration;
import java.util.Optional;

import javax.sql.DataSource;

import net.javacrumbs.shedlock.core.ClockProvider;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider.Configuration;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * ShedLock on a database, by the database's time as its documentation recommends.
 */
public final class ShedLock implements Peer {

	private final LockProvider locks;

	/**
	 * Creates ShedLock's table.
	 * @param dataSource where
	 */
	public ShedLock(DataSource dataSource) {
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		jdbc.execute("create table shedlock(name varchar(64) not null primary key, lock_until timestamp not null, "
				+ "locked_at timestamp not null, locked_by varchar(255) not null)");
		this.locks = new JdbcTemplateLockProvider(Configuration.builder().withJdbcTemplate(jdbc).usingDbTime().build());
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
