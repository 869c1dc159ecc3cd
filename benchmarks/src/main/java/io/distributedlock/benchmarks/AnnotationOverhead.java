package io.distributedlock.benchmarks;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;

import io.distributedlock.benchmarks.annotation.AnnotatedCall;
import io.distributedlock.benchmarks.measure.JmhRounds;
import io.distributedlock.benchmarks.measure.Options;
import org.openjdk.jmh.runner.RunnerException;

/**
 * What the annotation costs beside the same call by hand: JMH, in short rounds that take
 * turns, so that what the machine does besides hits all alike.
 */
public final class AnnotationOverhead {

	private static final Map<String, String> OPTIONS = Map.of("locks", "join,take", "rounds", "5", "forks", "1",
			"warmup", "8", "iterations", "5", "millis", "1000");

	private static final List<String> CALLS = List.of("byHand", "byExpression", "byTemplate", "byLiteral",
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
					new JmhRounds(AnnotatedCall.class, this.options).compare(lock, "more than by hand, ns", CALLS));
		}
	}

}
