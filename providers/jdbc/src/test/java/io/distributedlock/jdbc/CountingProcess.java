package io.distributedlock.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.ReleaseCommand;

/**
 * Adds one to a number some times, under a lock, by reading it and writing it back. The
 * number is also the last token, which must grow.
 */
final class CountingProcess {

	private final TestDatabase database;

	private final JdbcLockStore store;

	CountingProcess(TestDatabase database) {
		this.database = database;
		this.store = database.store();
	}

	/**
	 * Counts in a process of its own.
	 * @param arguments the database's URL, and how often to count
	 */
	public static void main(String[] arguments) throws SQLException {
		try (TestDatabase database = TestDatabase.withoutTable(arguments[0])) {
			new CountingProcess(database).count(Integer.parseInt(arguments[1]));
		}
	}

	void count(int times) throws SQLException {
		for (int i = 0; i < times; i++) {
			String owner = UUID.randomUUID().toString();
			long token = acquire(owner);
			long[] before = read();
			if (before[1] >= token) {
				throw new IllegalStateException("Token %d after %d".formatted(token, before[1]));
			}
			this.database.execute("update counter set number = %d, token = %d".formatted(before[0] + 1, token));
			this.store.release(new ReleaseCommand("counter", owner, Duration.ZERO));
		}
	}

	private long acquire(String owner) {
		AcquireCommand command = new AcquireCommand("counter", owner, "node", Duration.ofMinutes(1));
		while (true) {
			if (this.store.tryAcquire(command) instanceof Granted grant) {
				return grant.fencingToken();
			}
			LockSupport.parkNanos(100_000);
		}
	}

	/**
	 * Returns the number and the last token.
	 */
	long[] read() throws SQLException {
		try (Connection connection = this.database.dataSource().getConnection();
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery("select number, token from counter")) {
			result.next();
			return new long[] { result.getLong(1), result.getLong(2) };
		}
	}

}
