package io.distributedlock.sample.payments;

import java.util.Map;
import java.util.TreeMap;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Tells what happened so far.
 */
@RestController
class ReportController {

	private static final int LATEST = 5;

	private final JdbcClient jdbc;

	private final Settlements settlements;

	private final String node;

	ReportController(JdbcClient jdbc, Settlements settlements, @Value("${distributed-lock.node-id}") String node) {
		this.jdbc = jdbc;
		this.settlements = settlements;
		this.node = node;
	}

	@GetMapping("/report")
	Report report() {
		return new Report(this.node, count("select count(*) from payment"), count("select count(*) from capture"),
				count("select count(*) from (select 1 from capture group by payment_id having count(*) > 1)"),
				ticksByNode(),
				count("select count(*) from (select 1 from settlement group by tick having count(*) > 1)"),
				this.settlements.latest(LATEST));
	}

	private long count(String sql) {
		return this.jdbc.sql(sql).query(Long.class).single();
	}

	private Map<String, Long> ticksByNode() {
		Map<String, Long> ticks = new TreeMap<>();
		this.jdbc.sql("select node, count(*) from settlement group by node").query((row) -> {
			ticks.put(row.getString(1), row.getLong(2));
		});
		return ticks;
	}

}
