package io.distributedlock.sample.payments.launcher;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.distributedlock.sample.payments.Report;

/**
 * What a replay did.
 *
 * @param replay what the clients saw
 * @param database what the database says
 * @param contendedByNode the contended acquisitions of the captures' locks, by node
 */
record Summary(Replay.Result replay, Report database, Map<String, Long> contendedByNode) {

	private static final String CAPTURE_LOCK = "PaymentService.capture";

	/**
	 * Puts together what is known after a replay.
	 * @param replay what the clients saw
	 * @param reports what the nodes report, at least one
	 * @param locks what the nodes say of their locks
	 * @return the summary
	 */
	static Summary of(Replay.Result replay, List<Report> reports, List<LockFigures> locks) {
		if (reports.isEmpty()) {
			throw new IllegalStateException("No node is left to tell what happened");
		}
		Map<String, Long> contended = new TreeMap<>();
		locks.forEach((figures) -> contended.put(figures.node(), figures.contended(CAPTURE_LOCK)));
		return new Summary(replay, reports.get(reports.size() - 1), contended);
	}

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder();
		line(text, "requests", this.replay.requests(), "in %.1f s; %d sent again, %d given up"
			.formatted(this.replay.time().toMillis() / 1000.0, this.replay.retried(), this.replay.failed()));
		line(text, "captures", this.database.captures(), "of %,d payments; %d captured twice"
			.formatted(this.database.payments(), this.database.capturedTwice()));
		line(text, "duplicates refused", this.replay.refused(), "");
		line(text, "contended acquisitions", sum(this.contendedByNode), byNode(this.contendedByNode));
		line(text, "settlement ticks", sum(this.database.ticksByNode()),
				"%d run twice; %s".formatted(this.database.ticksRunTwice(), byNode(this.database.ticksByNode())));
		return text.toString();
	}

	private static void line(StringBuilder text, String what, long count, String more) {
		text.append("  %-24s%,8d   %s".formatted(what, count, more).stripTrailing()).append('\n');
	}

	private static long sum(Map<String, Long> counts) {
		return counts.values().stream().mapToLong(Long::longValue).sum();
	}

	private static String byNode(Map<String, Long> counts) {
		return counts.entrySet()
			.stream()
			.map((entry) -> entry.getKey() + ": " + entry.getValue())
			.collect(Collectors.joining(", "));
	}

}
