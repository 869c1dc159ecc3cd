package io.distributedlock.sample.payments;

import java.time.Instant;
import java.util.List;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/**
 * The runs of the settlement job in the database.
 */
@Repository
class Settlements {

	private final JdbcClient jdbc;

	private final String node;

	Settlements(JdbcClient jdbc, @Value("${distributed-lock.node-id}") String node) {
		this.jdbc = jdbc;
		this.node = node;
	}

	/**
	 * Settles what was captured and not settled before.
	 * @param tick the time the run was due
	 * @param fencingToken the token of the lease under which it runs
	 * @return how many captures were settled
	 */
	@Transactional
	public int record(Instant tick, long fencingToken) {
		int captures = this.jdbc.sql("update capture set settled_with = ? where settled_with is null")
			.param(fencingToken)
			.update();
		this.jdbc.sql("insert into settlement (tick, node, fencing_token, captures) values (?, ?, ?, ?)")
			.params(tick, this.node, fencingToken, captures)
			.update();
		return captures;
	}

	List<Settlement> latest(int limit) {
		return this.jdbc.sql("select tick, node, fencing_token, captures from settlement order by tick desc limit ?")
			.param(limit)
			.query((row, number) -> new Settlement(row.getObject("tick", Instant.class), row.getString("node"),
					row.getLong("fencing_token"), row.getInt("captures")))
			.list();
	}

}
