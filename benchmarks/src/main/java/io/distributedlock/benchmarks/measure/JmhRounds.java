package io.distributedlock.benchmarks.measure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Compares benchmarks of JMH in short rounds that take turns, so that what the machine
 * does besides hits all alike.
 */
public final class JmhRounds {

	private final Class<?> benchmarks;

	private final Options options;

	/**
	 * Creates a comparison.
	 * @param benchmarks a class with benchmarks that have a parameter {@code lock}
	 * @param options rounds, forks, warmup, iterations, millis
	 */
	public JmhRounds(Class<?> benchmarks, Options options) {
		this.benchmarks = benchmarks;
		this.options = options;
	}

	/**
	 * Runs benchmarks.
	 * @param lock the value of their parameter
	 * @param more the title of the column that tells how much longer than the first a
	 * benchmark takes
	 * @param names the benchmarks
	 * @return their medians
	 * @throws RunnerException if JMH fails
	 */
	public MarkdownTable compare(String lock, String more, List<String> names) throws RunnerException {
		Map<String, List<Double>> nanos = new LinkedHashMap<>();
		for (int round = 0; round < this.options.number("rounds"); round++) {
			for (String name : names) {
				nanos.computeIfAbsent(name, (unused) -> new ArrayList<>()).add(measure(name, lock));
			}
		}
		List<Double> first = nanos.getOrDefault(names.get(0), List.of());
		MarkdownTable table = new MarkdownTable("", "ns per call", more);
		nanos.forEach((name, scores) -> {
			List<Double> difference = new ArrayList<>();
			for (int round = 0; round < scores.size(); round++) {
				difference.add(scores.get(round) - first.get(round));
			}
			table.add(name, "%.0f".formatted(median(scores)), "%.0f".formatted(median(difference)));
		});
		return table;
	}

	private double measure(String name, String lock) throws RunnerException {
		TimeValue time = TimeValue.milliseconds(this.options.number("millis"));
		RunResult result = new Runner(new OptionsBuilder().include(this.benchmarks.getName() + "\\." + name + "$")
			.param("lock", lock)
			// on a busy machine, compilation in the background comes too late
			.jvmArgsAppend("-Xbatch")
			.forks(this.options.number("forks"))
			.warmupIterations(this.options.number("warmup"))
			.warmupTime(time)
			.measurementIterations(this.options.number("iterations"))
			.measurementTime(time)
			.verbosity(VerboseMode.SILENT)
			.build()).runSingle();
		return result.getPrimaryResult().getStatistics().getPercentile(50);
	}

	private static double median(List<Double> values) {
		return values.stream().sorted().toList().get(values.size() / 2);
	}

}
