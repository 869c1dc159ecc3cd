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
 * @param ratio the median over the rounds of the first contender's speed divided by this
 * one's
 * @param ratioLow the lower quartile of that
 * @param ratioHigh the upper quartile of that
 */
public record Standing(String name, double perSecond, Latencies latencies, double ratio, double ratioLow,
		double ratioHigh) {

	static Standing of(String name, List<Latencies> first, List<Latencies> own) {
		Latencies all = new Latencies();
		own.forEach(all::addAll);
		double[] speeds = own.stream().mapToDouble(Latencies::perSecond).sorted().toArray();
		double[] ratios = IntStream.range(0, own.size())
			.mapToDouble((round) -> first.get(round).perSecond() / own.get(round).perSecond())
			.sorted()
			.toArray();
		return new Standing(name, quantile(speeds, 0.5), all, quantile(ratios, 0.5), quantile(ratios, 0.25),
				quantile(ratios, 0.75));
	}

	/**
	 * Makes a table of standings.
	 * @param standings the standings
	 * @return the table
	 */
	public static MarkdownTable table(List<Standing> standings) {
		String first = standings.get(0).name();
		MarkdownTable table = new MarkdownTable("", "per second", "p50 us", "p99 us", "speed of " + first + " / its",
				"quartiles");
		standings.forEach((standing) -> table.add(standing.name(), "%.0f".formatted(standing.perSecond()),
				"%.0f".formatted(standing.latencies().percentileMicros(50)),
				"%.0f".formatted(standing.latencies().percentileMicros(99)), "%.2f".formatted(standing.ratio()),
				"%.2f to %.2f".formatted(standing.ratioLow(), standing.ratioHigh())));
		return table;
	}

	private static double quantile(double[] sorted, double share) {
		return DoubleStream.of(sorted).skip((long) (share * (sorted.length - 1))).findFirst().orElse(Double.NaN);
	}

}
