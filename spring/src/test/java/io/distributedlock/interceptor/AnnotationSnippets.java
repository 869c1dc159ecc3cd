package io.distributedlock.interceptor;

import java.time.LocalDate;
import java.util.List;

import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.OnLeaseLost;
import io.distributedlock.annotation.DistributedLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * The Java of docs/annotation.md, word for word.
 */
final class AnnotationSnippets {

	private static final Logger logger = LoggerFactory.getLogger(AnnotationSnippets.class);

	private AnnotationSnippets() {
	}

	/** Something to call. */
	interface Gateway {

		void capture(long id);

	}

	/** Something to compute. */
	record Report(String text) {
	}

	/** Computes reports. */
	interface Reports {

		Report compute(LocalDate day);

		Report last();

		void computeAll();

	}

	/** Something to move. */
	interface ShardMoves {

		boolean moveNext(int shard);

	}

	static class FirstOrders {

		private final Gateway gateway;

		FirstOrders(Gateway gateway) {
			this.gateway = gateway;
		}

		@DistributedLock(key = "order:#{#id}", ttl = "10s", waitTime = "2s")
		public void capture(long id) {
			this.gateway.capture(id);
		}

	}

	static class ReportService {

		private final Reports reports;

		ReportService(Reports reports) {
			this.reports = reports;
		}

		@DistributedLock(key = "report:#{#day}", fallback = "lastReport")
		public Report report(LocalDate day) {
			return this.reports.compute(day);
		}

		@SuppressWarnings("UnusedMethod")
		// @formatter:off
		private Report lastReport(LocalDate day, LockNotAcquiredException held) {
			logger.info("Report of {} is being made by {}", day, held.holder().orElse("somebody"));
			return this.reports.last();
		}
		// @formatter:on

		@Scheduled(cron = "0 0 3 * * *")
		@DistributedLock
		public void nightly() {
			this.reports.computeAll();
		}

	}

	static class Shards {

		private final ShardMoves shards;

		Shards(ShardMoves shards) {
			this.shards = shards;
		}

		@DistributedLock(key = "shard:#{#shard}", onLeaseLost = OnLeaseLost.INTERRUPT)
		public void rebalance(int shard) throws InterruptedException {
			while (this.shards.moveNext(shard)) {
				Thread.sleep(100);
			}
		}

	}

	static class Orders {

		private final Gateway gateway;

		private final ObjectProvider<Orders> self;

		Orders(Gateway gateway, ObjectProvider<Orders> self) {
			this.gateway = gateway;
			this.self = self;
		}

		// @formatter:off
		@DistributedLock("order:#{#id}")
		public void capture(long id) {
			this.gateway.capture(id);
		}

		public void captureAll(List<Long> ids) {
			ids.forEach((id) -> capture(id)); // no lock: does not pass the proxy
			ids.forEach((id) -> this.self.getObject().capture(id)); // self: ObjectProvider<Orders>
		}
		// @formatter:on

	}

}
