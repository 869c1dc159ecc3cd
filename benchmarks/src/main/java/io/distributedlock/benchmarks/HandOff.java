package io.distributedlock.benchmarks;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.zaxxer.hikari.HikariDataSource;
import io.distributedlock.benchmarks.database.DatabaseAddress;
import io.distributedlock.benchmarks.database.DatabaseKind;
import io.distributedlock.benchmarks.database.DatabaseServer;
import io.distributedlock.benchmarks.database.LockTable;
import io.distributedlock.benchmarks.handoff.Crowd;
import io.distributedlock.benchmarks.handoff.CrowdReport;
import io.distributedlock.benchmarks.handoff.NodeKind;
import io.distributedlock.benchmarks.handoff.NodePair;
import io.distributedlock.benchmarks.handoff.Turns;
import io.distributedlock.benchmarks.measure.Latencies;
import io.distributedlock.benchmarks.measure.MarkdownTable;
import io.distributedlock.benchmarks.measure.Options;
import io.distributedlock.benchmarks.measure.Traffic;
import io.distributedlock.benchmarks.redis.CommandCounts;
import io.distributedlock.benchmarks.redis.RedisKind;
import io.distributedlock.benchmarks.redis.RunningRedis;

/**
 * Measures how long a lock takes from one process to another that waits for it, and how
 * two processes share it when many threads of each want it.
 */
public final class HandOff {

	private static final Map<String, String> OPTIONS = Map.of("databases", "postgresql,h2", "turns", "500",
			"hold-millis", "50", "threads", "1,10,50", "seconds", "10", "crowd-hold-micros", "1000", "warmup-millis",
			"1000", "peers", "ours");

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
		for (String server : this.options.texts("databases")) {
			this.out.printf("# Hand-off on %s, %s%n%n", server, this.options);
			if (RedisKind.isNamed(server)) {
				measure(RedisKind.parse(server));
			}
			else {
				DatabaseKind.parse(server).forEach(this::measure);
			}
		}
	}

	private void measure(DatabaseKind kind) {
		try (DatabaseServer server = kind.start()) {
			DatabaseAddress address = server.address();
			try (HikariDataSource pool = address.pool(1)) {
				LockTable.create(pool, kind);
			}
			try (NodePair nodes = new NodePair(NodeKind.DATABASE,
					List.of(address.url(), address.user(), address.password()))) {
				takeTurns(nodes);
				fight(nodes, () -> Map.of("statements", nodes.statements()));
			}
		}
	}

	private void measure(RedisKind kind) {
		try (RunningRedis server = kind.start(); CommandCounts commands = new CommandCounts(server.port())) {
			for (String peer : this.options.texts("peers")) {
				this.out.printf("# By %s%n%n", peer);
				try (NodePair nodes = new NodePair(NodeKind.parse(peer), List.of(String.valueOf(server.port())))) {
					takeTurns(nodes);
					fight(nodes, commands);
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

	private void fight(NodePair nodes, Traffic traffic) {
		Crowd crowd = new Crowd(nodes, traffic, Duration.ofMillis(this.options.number("warmup-millis")));
		Duration time = Duration.ofSeconds(this.options.number("seconds"));
		List<String> headings = new ArrayList<>(List.of("threads in each process", "hold us", "grants per second",
				"went to the other process", "longest run in one", "p50 ms to the other", "p99 ms to the other"));
		traffic.counts().keySet().forEach((name) -> headings.add(name + " per grant"));
		MarkdownTable table = new MarkdownTable(headings.toArray(String[]::new));
		for (int threads : this.options.numbers("threads")) {
			for (int hold : this.options.numbers("crowd-hold-micros")) {
				table.add(cells(threads, hold, crowd.run(threads, Duration.ofNanos(1_000L * hold), time)));
			}
		}
		this.out.printf("## Many threads of two processes%n%n%s%n", table);
	}

	private static String[] cells(int threads, int hold, CrowdReport report) {
		Latencies latencies = report.betweenProcesses();
		List<String> cells = new ArrayList<>(List.of(String.valueOf(threads), String.valueOf(hold),
				"%.0f".formatted(report.perSecond()), "%.1f %%".formatted(100 * report.shareThatLeft()),
				String.valueOf(report.longestRun()), millis(latencies, 50), millis(latencies, 99)));
		report.trafficPerGrant().values().forEach((count) -> cells.add("%.2f".formatted(count)));
		return cells.toArray(String[]::new);
	}

	private static String millis(Latencies latencies, double percent) {
		return "%.1f".formatted(latencies.percentileMicros(percent) / 1_000);
	}

}
