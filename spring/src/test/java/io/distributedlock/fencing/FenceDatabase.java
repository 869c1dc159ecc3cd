package io.distributedlock.fencing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.distributedlock.LockListener;
import io.distributedlock.jdbc.TestDatabase;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A database with the fence table, and what an application has to use it.
 */
final class FenceDatabase implements AutoCloseable {

	static final Duration RETENTION = Duration.ofDays(7);

	final TestDatabase database;

	final JdbcTemplate jdbc;

	final List<LockListener> listeners = new ArrayList<>();

	final FenceTable table;

	final JdbcFencingGuard guard;

	private FenceDatabase(TestDatabase database, Duration retention) {
		this.database = database;
		this.jdbc = new JdbcTemplate(database.dataSource());
		this.table = new FenceTable(database.dataSource(), FenceTable.DEFAULT_NAME, retention);
		this.guard = new JdbcFencingGuard(this.table, new FencingRejections(this.listeners));
	}

	static FenceDatabase of(TestDatabase database, String platform) {
		new ResourceDatabasePopulator(
				new ClassPathResource("io/distributedlock/fencing/schema-%s.sql".formatted(platform)))
			.execute(database.dataSource());
		return new FenceDatabase(database, RETENTION);
	}

	static FenceDatabase h2() {
		return of(TestDatabase.withoutTable(TestDatabase.memoryUrl()), "h2");
	}

	FenceDatabase with(Duration retention) {
		return new FenceDatabase(this.database, retention);
	}

	/** Through a pool whose sessions begin with a statement. */
	FenceDatabase sessionsWith(String sql) {
		return new FenceDatabase(this.database.sessionsWith(sql), RETENTION);
	}

	TransactionTemplate transaction() {
		return new TransactionTemplate(new JdbcTransactionManager(this.database.dataSource()));
	}

	TransactionTemplate transaction(int isolation) {
		TransactionTemplate transaction = transaction();
		transaction.setIsolationLevel(isolation);
		return transaction;
	}

	/** Checks in a transaction of its own. */
	void check(String resource, long token) {
		transaction().executeWithoutResult((status) -> this.guard.check(resource, token));
	}

	/** Writes a row as if it had been checked last at that time. */
	void insert(String resource, long token, long checkedAt) {
		this.jdbc.update("insert into distributed_lock_fence (resource, fencing_token, checked_at) values (?, ?, ?)",
				resource, token, checkedAt);
	}

	void insertMany(int rows, long token) {
		this.jdbc.batchUpdate(
				"insert into distributed_lock_fence (resource, fencing_token, checked_at) values (?, ?, ?)",
				IntStream.range(0, rows).mapToObj((i) -> new Object[] { "many:" + i, token, token }).toList());
	}

	List<String> resources() {
		return this.jdbc.queryForList("select resource from distributed_lock_fence order by resource", String.class);
	}

	long token(String resource) {
		Long token = this.jdbc.queryForObject("select fencing_token from distributed_lock_fence where resource = ?",
				Long.class, resource);
		return (token != null) ? token : -1;
	}

	/** Returns a token as it was issued some time ago. */
	static long issued(Duration ago) {
		return (System.currentTimeMillis() - ago.toMillis()) * 1000;
	}

	@Override
	public void close() {
		this.guard.close();
		this.database.close();
	}

}
