package io.distributedlock.benchmarks;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.distributedlock.benchmarks.annotation.AnnotatedCall;
import io.distributedlock.benchmarks.measure.MarkdownTable;
import io.distributedlock.benchmarks.measure.Options;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * What the annotation costs beside the same call by hand: JMH, in short rounds that take
 * turns, so that what the machine does besides hits all alike.
 */
public final class AnnotationOverhead {

	private static final Map<String, String> OPTIONS = Map.of("locks", "join,take", "rounds", "5", "forks", "1",
			"warmup", "8", "iterations", "5", "millis", "1000");

	private static final String BY_HAND = "byHand";

	private static final List<String> CALLS = List.of(BY_HAND, "byExpression", "byTemplate", "byLiteral",
			"withoutLock");

	private final Options options;

	private final PrintStream out;

	AnnotationOverhead(PrintStream out, String... arguments) {
		this.options = Options.parse(arguments, OPTIONS);
		this.out = out;
	}

	/**
	 * Runs the program.
	 * @param arguments its options
	 * @throws RunnerException if JMH fails
	 */
	public static void main(String[] arguments) throws RunnerException {
		new AnnotationOverhead(System.out, arguments).run();
	}

	void run() throws RunnerException {
		this.out.printf("# Annotation, %s%n%n", this.options);
		for (String lock : this.options.texts("locks")) {
			this.out.printf("## Calls %s %s%n%n%s%n", lock, lock.equals("join") ? "a lease" : "the lock",
					compare(lock));
		}
	}

	private MarkdownTable compare(String lock) throws RunnerException {
		Map<String, List<Double>> nanos = new LinkedHashMap<>();
		for (int round = 0; round < this.options.number("rounds"); round++) {
			for (String call : CALLS) {
				nanos.computeIfAbsent(call, (name) -> new ArrayList<>()).add(measure(call, lock));
			}
		}
		List<Double> byHand = nanos.getOrDefault(BY_HAND, List.of());
		MarkdownTable table = new MarkdownTable("", "ns per call", "more than by hand, ns");
		nanos.forEach((call, scores) -> {
			List<Double> more = new ArrayList<>();
			for (int round = 0; round < scores.size(); round++) {
				more.add(scores.get(round) - byHand.get(round));
			}
			table.add(call, "%.0f".formatted(median(scores)), "%.0f".formatted(median(more)));
		});
		return table;
	}

	private double measure(String call, String lock) throws RunnerException {
		TimeValue time = TimeValue.milliseconds(this.options.number("millis"));
		RunResult result = new Runner(new OptionsBuilder().include(AnnotatedCall.class.getName() + "\\." + call + "$")
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
