package io.distributedlock.sample.payments.launcher;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

import io.distributedlock.sample.payments.Report;
import io.distributedlock.sample.payments.Settlement;

/**
 * Prints each settlement as it happens, and each node that ends.
 */
final class SettlementFeed {

	private static final Duration POLL = Duration.ofMillis(500);

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss")
		.withZone(ZoneId.systemDefault());

	private final Cluster cluster;

	private final PrintStream out;

	private final Set<Node> ended = new HashSet<>();

	private long lastToken;

	SettlementFeed(Cluster cluster, PrintStream out) {
		this.cluster = cluster;
		this.out = out;
	}

	/** Runs until no node is left. */
	void run() {
		while (!this.cluster.alive().isEmpty()) {
			printEndedNodes();
			this.cluster.alive()
				.stream()
				.map(Node::report)
				.flatMap(Optional::stream)
				.findFirst()
				.ifPresent(this::printSettlements);
			Pause.of(POLL);
		}
		printEndedNodes();
		this.out.println("No node is left.");
	}

	private void printEndedNodes() {
		for (Node node : this.cluster.nodes()) {
			if (!node.isAlive() && this.ended.add(node)) {
				this.out.printf("%s  %s (pid %d) has ended%n", TIME.format(Instant.now()), node.name(), node.pid());
			}
		}
	}

	private void printSettlements(Report report) {
		report.latestSettlements()
			.stream()
			.filter((settlement) -> settlement.fencingToken() > this.lastToken)
			.sorted(Comparator.comparingLong(Settlement::fencingToken))
			.forEach((settlement) -> {
				this.lastToken = settlement.fencingToken();
				this.out.printf("%s  %s settled %d captures, fencing token %d%n", TIME.format(settlement.tick()),
						settlement.node(), settlement.captures(), settlement.fencingToken());
			});
	}

}
