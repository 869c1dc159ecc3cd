package io.distributedlock.fencing;

import javax.sql.DataSource;

import io.distributedlock.InvalidLockKeyException;
import io.distributedlock.LockRequest;

/**
 * Checks tokens against a {@link FenceTable}, with one statement in the transaction of
 * the caller. Purges the table in the background from the first check on. Thread-safe.
 */
public final class JdbcFencingGuard implements FencingGuard, AutoCloseable {

	private final FenceTable table;

	private final FencingRejections rejections;

	private final FencePurge purge;

	/**
	 * Creates a guard.
	 * @param table where the highest tokens are kept
	 * @param rejections told of each token that is refused
	 */
	public JdbcFencingGuard(FenceTable table, FencingRejections rejections) {
		this.table = table;
		this.rejections = rejections;
		this.purge = new FencePurge(table);
	}

	/**
	 * {@inheritDoc}
	 * @throws IllegalStateException if the database is of a kind that is not supported
	 * @throws org.springframework.dao.DataAccessException if the database fails; that
	 * another transaction came first, as isolation levels above READ COMMITTED may tell,
	 * is a {@link org.springframework.dao.ConcurrencyFailureException}, and the
	 * transaction can be repeated
	 */
	@Override
	public void check(String resource, long fencingToken) {
		String checked = requireResource(resource);
		FencingTokens.require(fencingToken);
		long highest = this.table.raise(checked, fencingToken);
		this.purge.start();
		if (highest > fencingToken) {
			throw this.rejections.reject(checked, fencingToken, highest);
		}
	}

	/**
	 * Returns whose transactions the guard takes part in.
	 * @return the data source of its table
	 */
	public DataSource dataSource() {
		return this.table.dataSource();
	}

	/**
	 * Returns where the highest tokens are kept.
	 * @return the table's name
	 */
	public String tableName() {
		return this.table.toString();
	}

	private static String requireResource(String resource) {
		try {
			return LockRequest.of(resource).key();
		}
		catch (InvalidLockKeyException ex) {
			throw new InvalidLockKeyException("A fenced resource follows the rules of lock keys: " + ex.getMessage());
		}
	}

	/**
	 * Ends the purging. Does not close the data source.
	 */
	@Override
	public void close() {
		this.purge.close();
	}

}
