package io.distributedlock.benchmarks;

import java.io.PrintStream;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.distributedlock.benchmarks.contender.AcquireAndRelease;
import io.distributedlock.benchmarks.contender.AttemptOnHeldLock;
import io.distributedlock.benchmarks.contender.DatabasePeers;
import io.distributedlock.benchmarks.contender.Peers;
import io.distributedlock.benchmarks.contender.RedisPeers;
import io.distributedlock.benchmarks.contender.TwoNodes;
import io.distributedlock.benchmarks.database.DatabaseKind;
import io.distributedlock.benchmarks.measure.Comparison;
import io.distributedlock.benchmarks.measure.Contender;
import io.distributedlock.benchmarks.measure.Options;
import io.distributedlock.benchmarks.measure.Standing;
import io.distributedlock.benchmarks.redis.RedisKind;

/**
 * Compares the store's steps with the same statements sent by hand and with what others
 * do, one after the other on one thread.
 */
public final class StepSpeed {

	private static final Map<String, String> OPTIONS = Map.of("database", "postgresql", "warmup", "10", "rounds", "60",
			"turns", "200", "keys", "100");

	private final Options options;

	private final PrintStream out;

	StepSpeed(PrintStream out, String... arguments) {
		this.options = Options.parse(arguments, OPTIONS);
		this.out = out;
	}

	/**
	 * Runs the program.
	 * @param arguments its options
	 * @throws SQLException if the database fails
	 */
	public static void main(String[] arguments) throws SQLException {
		new StepSpeed(System.out, arguments).run();
	}

	void run() throws SQLException {
		try (Peers peers = start()) {
			this.out.printf("# Steps, %s%n%n", this.options);
			compare("Acquire a free lock and release it",
					peers.all()
						.stream()
						.<Contender>map((nodes) -> new AcquireAndRelease(nodes.node(), this.options.number("keys")))
						.toList());
			List<Contender> attempts = new ArrayList<>();
			for (TwoNodes nodes : peers.all()) {
				attempts.add(new AttemptOnHeldLock(nodes.other(), nodes.node()));
			}
			compare("Attempt to acquire a lock that another node holds", attempts);
		}
	}

	private Peers start() {
		String server = this.options.text("database");
		return RedisKind.isNamed(server) ? new RedisPeers(RedisKind.parse(server))
				: new DatabasePeers(DatabaseKind.parse(server).get(0));
	}

	private void compare(String heading, List<Contender> contenders) throws SQLException {
		Comparison comparison = new Comparison(this.options.number("warmup"), this.options.number("rounds"),
				this.options.number("turns"));
		this.out.printf("## %s%n%n%s%n", heading, Standing.table(comparison.run(contenders)));
	}

}
