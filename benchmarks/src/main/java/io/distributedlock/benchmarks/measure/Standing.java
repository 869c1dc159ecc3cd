package io.distributedlock.benchmarks.measure;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * How a contender did.
 *
 * @param name its name
 * @param perSecond the median over the rounds of how often a second it can run
 * @param latencies of all rounds
 * @param speedRatio the median over the rounds of the first contender's speed divided by
 * this one's
 * @param medianRatio the same of this one's median latency divided by the first
 * contender's, which a round's few slow turns do not move
 */
public record Standing(String name, double perSecond, Latencies latencies, double speedRatio, double medianRatio) {

	static Standing of(String name, List<Latencies> first, List<Latencies> own) {
		Latencies all = new Latencies();
		own.forEach(all::addAll);
		double perSecond = median(own.stream().mapToDouble(Latencies::perSecond));
		double speedRatio = median(
				rounds(own).mapToDouble((round) -> first.get(round).perSecond() / own.get(round).perSecond()));
		double medianRatio = median(rounds(own)
			.mapToDouble((round) -> own.get(round).percentileMicros(50) / first.get(round).percentileMicros(50)));
		return new Standing(name, perSecond, all, speedRatio, medianRatio);
	}

	/**
	 * Makes a table of standings.
	 * @param standings the standings
	 * @return the table
	 */
	public static MarkdownTable table(List<Standing> standings) {
		String first = standings.get(0).name();
		MarkdownTable table = new MarkdownTable("", "per second", "p50 us", "p99 us", "speed of " + first + " / its",
				"its p50 / " + first + "'s");
		standings.forEach((standing) -> table.add(standing.name(), "%.0f".formatted(standing.perSecond()),
				"%.0f".formatted(standing.latencies().percentileMicros(50)),
				"%.0f".formatted(standing.latencies().percentileMicros(99)), "%.2f".formatted(standing.speedRatio()),
				"%.2f".formatted(standing.medianRatio())));
		return table;
	}

	private static IntStream rounds(List<Latencies> latencies) {
		return IntStream.range(0, latencies.size());
	}

	private static double median(DoubleStream values) {
		double[] sorted = values.sorted().toArray();
		return sorted[sorted.length / 2];
	}

}
