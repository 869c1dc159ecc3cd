package io.distributedlock.benchmarks;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;

import com.zaxxer.hikari.HikariDataSource;
import io.distributedlock.benchmarks.database.DatabaseKind;
import io.distributedlock.benchmarks.database.DatabaseServer;
import io.distributedlock.benchmarks.database.LockTable;
import io.distributedlock.benchmarks.handoff.Crowd;
import io.distributedlock.benchmarks.handoff.CrowdReport;
import io.distributedlock.benchmarks.handoff.NodePair;
import io.distributedlock.benchmarks.handoff.Turns;
import io.distributedlock.benchmarks.measure.Latencies;
import io.distributedlock.benchmarks.measure.MarkdownTable;
import io.distributedlock.benchmarks.measure.Options;

/**
 * Measures how long a lock takes from one process to another that waits for it, and how
 * two processes share it when many threads of each want it.
 */
public final class HandOff {

	private static final Map<String, String> OPTIONS = Map.of("databases", "postgresql,h2", "turns", "500",
			"hold-millis", "50", "threads", "1,10,50", "seconds", "10", "crowd-hold-micros", "1000");

	private final Options options;

	private final PrintStream out;

	HandOff(PrintStream out, String... arguments) {
		this.options = Options.parse(arguments, OPTIONS);
		this.out = out;
	}

	/**
	 * Runs the program.
	 * @param arguments its options
	 */
	public static void main(String[] arguments) {
		new HandOff(System.out, arguments).run();
	}

	void run() {
		for (DatabaseKind kind : DatabaseKind.parse(this.options.text("databases"))) {
			this.out.printf("# Hand-off on %s, %s%n%n", kind, this.options);
			try (DatabaseServer server = kind.start()) {
				try (HikariDataSource pool = server.address().pool(1)) {
					LockTable.create(pool, kind);
				}
				try (NodePair nodes = new NodePair(server.address())) {
					takeTurns(nodes);
					fight(nodes);
				}
			}
		}
	}

	private void takeTurns(NodePair nodes) {
		Turns turns = new Turns(nodes, this.options.number("hold-millis"));
		turns.take(this.options.number("turns") / 10);
		Latencies latencies = turns.take(this.options.number("turns"));
		MarkdownTable table = new MarkdownTable("hand-offs", "p50 ms", "p99 ms");
		table.add(String.valueOf(latencies.count()), millis(latencies, 50), millis(latencies, 99));
		this.out.printf("## Two processes take turns%n%n%s%n", table);
	}

	private void fight(NodePair nodes) {
		Crowd crowd = new Crowd(nodes, Duration.ofNanos(1_000L * this.options.number("crowd-hold-micros")));
		Duration time = Duration.ofSeconds(this.options.number("seconds"));
		MarkdownTable table = new MarkdownTable("threads in each process", "grants per second", "statements per grant",
				"went to the other process", "longest run in one", "p50 ms to the other", "p99 ms to the other");
		for (int threads : this.options.numbers("threads")) {
			CrowdReport report = crowd.run(threads, time);
			Latencies latencies = report.betweenProcesses();
			table.add(String.valueOf(threads), "%.0f".formatted((double) report.grants() / time.toSeconds()),
					"%.2f".formatted(report.statementsPerGrant()), "%.1f %%".formatted(100 * report.shareThatLeft()),
					String.valueOf(report.longestRun()), millis(latencies, 50), millis(latencies, 99));
		}
		this.out.printf("## Many threads of two processes%n%n%s%n", table);
	}

	private static String millis(Latencies latencies, double percent) {
		return "%.1f".formatted(latencies.percentileMicros(percent) / 1_000);
	}

}
