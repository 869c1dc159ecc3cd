package io.distributedlock.fencing;

import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Optional;

import io.distributedlock.Lease;
import io.distributedlock.LockContext;
import io.distributedlock.StaleFencingTokenException;
import io.distributedlock.annotation.DistributedLock;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Transactional;

/**
 * The Java of docs/fencing.md, word for word.
 */
final class FencingSnippets {

	private FencingSnippets() {
	}

	/** What is guarded. */
	interface Accounts {

		void add(long id, BigDecimal amount);

	}

	/** What another service keeps. */
	interface Shipments {

		void markShipped(String order);

	}

	/** The guard, by hand and by annotation. */
	static class AccountService {

		private final FencingGuard guard;

		private final Accounts accounts;

		AccountService(FencingGuard guard, Accounts accounts) {
			this.guard = guard;
			this.accounts = accounts;
		}

		@DistributedLock(key = "account:#{#id}")
		@Transactional
		public void credit(long id, BigDecimal amount) {
			this.guard.check("account:" + id); // the token of the innermost lease
			this.accounts.add(id, amount);
		}

		@DistributedLock(key = "account:#{#id}")
		@Fenced(resource = "account:#{#id}")
		@Transactional
		public void debit(long id, BigDecimal amount) {
			this.accounts.add(id, amount.negate());
		}

	}

	/** A table with a column for the token. */
	static class OwnTable {

		private final JdbcClient jdbc;

		OwnTable(JdbcClient jdbc) {
			this.jdbc = jdbc;
		}

		public void setBalance(long id, BigDecimal balance, long token) {
			int rows = this.jdbc.sql("""
					UPDATE account SET balance = :balance, fence = :token
					WHERE id = :id AND fence <= :token""")
				.param("balance", balance)
				.param("token", token)
				.param("id", id)
				.update();
			if (rows == 0) {
				throw new StaleFencingTokenException("account:" + id, token, token + 1);
			}
		}

	}

	static HttpRequest request(URI uri, Lease lease, String shipment) {
		HttpRequest request = HttpRequest.newBuilder(uri)
			.header("Fencing-Token", Long.toString(lease.fencingToken()))
			.PUT(HttpRequest.BodyPublishers.ofString(shipment))
			.build();
		return request;
	}

	/** A service that is passed tokens. */
	static class ShippingService {

		private final FencingGuard guard;

		private final Shipments shipments;

		ShippingService(FencingGuard guard, Shipments shipments) {
			this.guard = guard;
			this.shipments = shipments;
		}

		@Transactional
		public void ship(String order, long fencingToken) { // the header
			this.guard.check("shipment:" + order, fencingToken);
			this.shipments.markShipped(order);
		}

	}

	/** Values in Redis. */
	static class PriceList {

		private final RedisFencedValues values;

		PriceList(RedisFencedValues values) {
			this.values = values;
		}

		@DistributedLock("price-list")
		public void publish(String prices) {
			long token = LockContext.current().orElseThrow().fencingToken();
			this.values.set("prices", prices, token);
		}

		public Optional<String> prices() {
			return this.values.get("prices").map(FencedValue::value);
		}

	}

}
