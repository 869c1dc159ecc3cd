package io.distributedlock.benchmarks;

import java.io.PrintStream;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import io.distributedlock.benchmarks.contender.AcquireAndRelease;
import io.distributedlock.benchmarks.contender.AttemptOnHeldLock;
import io.distributedlock.benchmarks.contender.OwnEngine;
import io.distributedlock.benchmarks.contender.OwnStore;
import io.distributedlock.benchmarks.contender.SameStatements;
import io.distributedlock.benchmarks.contender.ShedLock;
import io.distributedlock.benchmarks.contender.SpringIntegration;
import io.distributedlock.benchmarks.database.DatabaseKind;
import io.distributedlock.benchmarks.database.DatabaseServer;
import io.distributedlock.benchmarks.database.LockTable;
import io.distributedlock.benchmarks.measure.Comparison;
import io.distributedlock.benchmarks.measure.Contender;
import io.distributedlock.benchmarks.measure.Options;
import io.distributedlock.benchmarks.measure.Standing;

/**
 * Compares the store's steps with the same statements sent by hand and with what others
 * do, all through one pool, one after the other on one thread.
 */
public final class StepSpeed {

	private static final Map<String, String> OPTIONS = Map.of("database", "postgresql", "warmup", "10", "rounds", "60",
			"turns", "200", "keys", "100");

	private static final int POOL_SIZE = 4;

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
		DatabaseKind kind = DatabaseKind.parse(this.options.text("database")).get(0);
		try (DatabaseServer server = kind.start(); HikariDataSource pool = server.address().pool(POOL_SIZE)) {
			this.out.printf("# Steps on %s, %s%n%n", kind, this.options);
			OwnStore store = new OwnStore("our store", LockTable.create(pool, kind).store());
			try (OwnEngine engine = OwnEngine.on(store.store())) {
				SameStatements byHand = new SameStatements(pool);
				ShedLock shedLock = new ShedLock(pool);
				SpringIntegration.createTables(pool, kind.platform());
				SpringIntegration integration = SpringIntegration.node(pool);
				compare("Acquire a free lock and release it",
						Stream.of(store, byHand, engine, shedLock, integration)
							.<Contender>map((peer) -> new AcquireAndRelease(peer, this.options.number("keys")))
							.toList());
				compare("Attempt to acquire a lock that another node holds",
						List.of(new AttemptOnHeldLock(store, store), new AttemptOnHeldLock(store, byHand),
								new AttemptOnHeldLock(store, engine), new AttemptOnHeldLock(shedLock, shedLock),
								new AttemptOnHeldLock(SpringIntegration.node(pool), integration)));
			}
		}
	}

	private void compare(String heading, List<Contender> contenders) throws SQLException {
		Comparison comparison = new Comparison(this.options.number("warmup"), this.options.number("rounds"),
				this.options.number("turns"));
		this.out.printf("## %s%n%n%s%n", heading, Standing.table(comparison.run(contenders)));
	}

}
