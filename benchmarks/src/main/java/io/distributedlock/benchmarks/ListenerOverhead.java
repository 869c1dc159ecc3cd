package io.distributedlock.benchmarks;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;

import io.distributedlock.benchmarks.listener.ListenedLock;
import io.distributedlock.benchmarks.measure.JmhRounds;
import io.distributedlock.benchmarks.measure.Options;
import org.openjdk.jmh.runner.RunnerException;

/**
 * What meters, statistics and observations cost an acquisition and its release: JMH, in
 * short rounds that take turns, so that what the machine does besides hits all alike.
 */
public final class ListenerOverhead {

	private static final Map<String, String> OPTIONS = Map.of("locks", "take,tell", "rounds", "5", "forks", "1",
			"warmup", "8", "iterations", "5", "millis", "1000");

	private static final List<String> CALLS = List.of("nobody", "meters", "statistics", "unobserved", "observedInVain");

	private final Options options;

	private final PrintStream out;

	ListenerOverhead(PrintStream out, String... arguments) {
		this.options = Options.parse(arguments, OPTIONS);
		this.out = out;
	}

	/**
	 * Runs the program.
	 * @param arguments its options
	 * @throws RunnerException if JMH fails
	 */
	public static void main(String[] arguments) throws RunnerException {
		new ListenerOverhead(System.out, arguments).run();
	}

	void run() throws RunnerException {
		this.out.printf("# Listeners, %s%n%n", this.options);
		for (String lock : this.options.texts("locks")) {
			this.out.printf("## %s%n%n%s%n", lock.equals("take") ? "Who takes a lock" : "Who is told of one",
					new JmhRounds(ListenedLock.class, this.options).compare(lock, "more than nobody, ns", CALLS));
		}
	}

}
