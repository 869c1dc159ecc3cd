package io.distributedlock.benchmarks;

import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.zaxxer.hikari.HikariDataSource;
import io.distributedlock.benchmarks.database.DatabaseKind;
import io.distributedlock.benchmarks.database.DatabaseServer;
import io.distributedlock.benchmarks.database.LockTable;
import io.distributedlock.benchmarks.manykeys.AcquireOnly;
import io.distributedlock.benchmarks.manykeys.Keys;
import io.distributedlock.benchmarks.manykeys.PurgeUnderLoad;
import io.distributedlock.benchmarks.measure.Comparison;
import io.distributedlock.benchmarks.measure.Contender;
import io.distributedlock.benchmarks.measure.Options;
import io.distributedlock.benchmarks.measure.Standing;

/**
 * Compares acquisitions in a table of very many rows with those in an empty one, and
 * measures the purge of the many rows.
 */
public final class ManyKeys {

	private static final Map<String, String> OPTIONS = Map.of("databases", "postgresql,h2", "rows", "1000000", "warmup",
			"5", "rounds", "40", "turns", "100");

	private static final int POOL_SIZE = 4;

	private static final int FEW = 100;

	/** How long ago the rows of the full table were used: longer than they are kept. */
	private static final Duration UNUSED = Duration.ofDays(30);

	private final Options options;

	private final PrintStream out;

	ManyKeys(PrintStream out, String... arguments) {
		this.options = Options.parse(arguments, OPTIONS);
		this.out = out;
	}

	/**
	 * Runs the program.
	 * @param arguments its options
	 * @throws SQLException if a database fails
	 */
	public static void main(String[] arguments) throws SQLException {
		new ManyKeys(System.out, arguments).run();
	}

	void run() throws SQLException {
		for (DatabaseKind kind : DatabaseKind.parse(this.options.text("databases"))) {
			try (DatabaseServer server = kind.start(); HikariDataSource pool = server.address().pool(POOL_SIZE)) {
				this.out.printf("# Many keys on %s, %s%n%n", kind, this.options);
				measure(LockTable.create(pool, kind, "few_locks"), LockTable.create(pool, kind, "many_locks"));
			}
		}
	}

	private void measure(LockTable few, LockTable many) throws SQLException {
		int rows = this.options.number("rows");
		int fewRows = Math.min(FEW, rows);
		many.insertReleased(Keys.EXISTING, rows, UNUSED);
		few.insertReleased(Keys.EXISTING, fewRows, UNUSED);
		compare("Acquire a lock that has a row", new AcquireOnly("many rows", many, Keys.existing(rows)),
				new AcquireOnly("few rows", few, Keys.existing(fewRows)));
		few.clear();
		compare("Acquire a lock for the first time", new AcquireOnly("many rows", many, Keys.fresh()),
				new AcquireOnly("few rows", few, Keys.fresh()));
		PurgeUnderLoad purge = new PurgeUnderLoad(many.store(),
				new AcquireOnly("many rows", many, Keys.existing(rows)));
		this.out.printf("## Purge of the many rows%n%n%s%n", purge.run());
	}

	private void compare(String heading, Contender many, Contender few) throws SQLException {
		Comparison comparison = new Comparison(this.options.number("warmup"), this.options.number("rounds"),
				this.options.number("turns"));
		this.out.printf("## %s%n%n%s%n", heading, Standing.table(comparison.run(List.of(many, few))));
	}

}
