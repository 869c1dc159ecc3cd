package io.distributedlock.sample.payments;

import java.time.Instant;
import java.util.Collection;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/**
 * The payments and their captures in the database.
 */
@Repository
class Payments {

	private final JdbcClient jdbc;

	private final JdbcTemplate batch;

	private final String node;

	Payments(JdbcClient jdbc, JdbcTemplate batch, @Value("${distributed-lock.node-id}") String node) {
		this.jdbc = jdbc;
		this.batch = batch;
		this.node = node;
	}

	Payment get(long id) {
		return this.jdbc.sql("select id, amount, status from payment where id = ?")
			.param(id)
			.query(Payment.class)
			.optional()
			.orElseThrow(() -> new UnknownPaymentException(id));
	}

	/**
	 * Adds a capture and marks its payment. The transaction keeps the two together; it
	 * does not keep out a second capture.
	 * @param payment what was captured
	 */
	@Transactional
	public void recordCapture(Payment payment) {
		this.jdbc.sql("insert into capture (payment_id, amount, node, captured_at) values (?, ?, ?, ?)")
			.params(payment.id(), payment.amount(), this.node, Instant.now())
			.update();
		this.jdbc.sql("update payment set status = 'CAPTURED' where id = ?").param(payment.id()).update();
	}

	boolean isEmpty() {
		return this.jdbc.sql("select count(*) from payment").query(Long.class).single() == 0;
	}

	@Transactional
	public void addAuthorized(Collection<CaptureRequest> requests) {
		this.batch.batchUpdate("insert into payment (id, amount, status) values (?, ?, 'AUTHORIZED')",
				requests.stream().map((request) -> new Object[] { request.paymentId(), request.amount() }).toList());
	}

}
