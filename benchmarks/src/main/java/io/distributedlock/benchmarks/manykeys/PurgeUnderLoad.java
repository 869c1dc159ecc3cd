package io.distributedlock.benchmarks.manykeys;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.distributedlock.benchmarks.measure.Latencies;
import io.distributedlock.benchmarks.measure.MarkdownTable;
import io.distributedlock.store.Purging;

/**
 * Purges a table on one thread while another acquires.
 *
 * @param store what purges
 * @param load what is done meanwhile
 */
public record PurgeUnderLoad(Purging store, AcquireOnly load) {

	private static final Duration BEFORE = Duration.ofSeconds(3);

	/**
	 * Measures the load alone for some seconds, then during a whole purge.
	 * @return the latencies of both, and how long the purge took
	 * @throws SQLException if the database fails
	 */
	public MarkdownTable run() throws SQLException {
		MarkdownTable table = new MarkdownTable("", "acquisitions", "refused", "p50 us", "p99 us", "seconds");
		CompletableFuture<Void> someTime = CompletableFuture.runAsync(() -> {
		}, CompletableFuture.delayedExecutor(BEFORE.toMillis(), TimeUnit.MILLISECONDS));
		addRow(table, "before", someTime);
		addRow(table, "during the purge", CompletableFuture.runAsync(this::purge));
		return table;
	}

	private void purge() {
		while (this.store.purgeSome()) {
			// there is more
		}
	}

	private void addRow(MarkdownTable table, String name, CompletableFuture<Void> end) throws SQLException {
		long start = System.nanoTime();
		int refusedBefore = this.load.refused();
		Latencies latencies = new Latencies();
		while (!end.isDone()) {
			long turnStart = System.nanoTime();
			this.load.run(latencies.count());
			latencies.add(System.nanoTime() - turnStart);
			this.load.tidyUp(latencies.count());
		}
		double seconds = (System.nanoTime() - start) / 1e9;
		end.join();
		table.add(name, String.valueOf(latencies.count()), String.valueOf(this.load.refused() - refusedBefore),
				"%.0f".formatted(latencies.percentileMicros(50)), "%.0f".formatted(latencies.percentileMicros(99)),
				"%.1f".formatted(seconds));
	}

}
