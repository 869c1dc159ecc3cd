package io.distributedlock.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.RunnerException;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * That the programs run. What they measure is not looked at.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProgramTests {

	private final ByteArrayOutputStream output = new ByteArrayOutputStream();

	private final PrintStream out = new PrintStream(this.output, true, StandardCharsets.UTF_8);

	@Test
	void stepSpeedComparesTheStoreWithTheSameStatementsAndItsPeers() throws SQLException {
		new StepSpeed(this.out, "warmup=0", "rounds=1", "turns=2").run();
		assertThat(printed()).contains("| our store |", "| same statements by hand |", "| our engine |", "| ShedLock |",
				"| Spring Integration |");
	}

	@Test
	void stepSpeedComparesTheStoreOnRedisWithTheSameScriptsAndItsPeers() throws SQLException {
		new StepSpeed(this.out, "database=redis", "warmup=0", "rounds=1", "turns=2").run();
		assertThat(printed()).contains("| our store |", "| same scripts by hand |", "| our engine |", "| Redisson |",
				"| ShedLock |", "| Spring Integration |");
	}

	@Test
	void manyKeysComparesTablesAndPurges() throws SQLException {
		new ManyKeys(this.out, "databases=h2", "rows=2000", "warmup=0", "rounds=1", "turns=2").run();
		assertThat(printed()).contains("| many rows |", "| few rows |", "| before |", "| during the purge |");
	}

	@Test
	void handOffTakesTurnsAndLetsThreadsFight() {
		new HandOff(this.out, "databases=h2", "turns=2", "hold-millis=5", "threads=1,2", "warmup-millis=100",
				"seconds=1")
			.run();
		assertThat(printed()).contains("| 2 |", "## Many threads of two processes");
	}

	@Test
	void handOffOnRedisLetsPeersTakeTurnsAndFightAsWell() {
		new HandOff(this.out, "databases=redis", "peers=ours,redisson", "turns=2", "hold-millis=5", "threads=2",
				"warmup-millis=100", "seconds=1")
			.run();
		assertThat(printed()).contains("# By ours", "# By redisson", "scripts per grant");
	}

	@Test
	void statementCountsTellsOneForEachStepOfH2() {
		new StatementCounts(this.out, "databases=h2").run();
		assertThat(printed()).contains("| h2 | 1 | 1 | 1 | 1 | 1 | 1 |");
	}

	@Test
	void statementCountsTellsOneScriptForEachStepOfRedis() {
		new StatementCounts(this.out, "databases=redis").run();
		assertThat(printed()).containsPattern("\\| redis( \\| 1, \\d+){6} \\|");
	}

	@Test
	void annotationOverheadComparesAnnotationsWithACallByHand() throws RunnerException {
		new AnnotationOverhead(this.out, "locks=join,take", "rounds=1", "forks=0", "warmup=0", "iterations=1",
				"millis=1")
			.run();
		assertThat(printed()).contains("## Calls join a lease", "## Calls take the lock", "| byHand |",
				"| byExpression |");
	}

	@Test
	void listenerOverheadComparesListenersWithNone() throws RunnerException {
		new ListenerOverhead(this.out, "rounds=1", "forks=0", "warmup=0", "iterations=1", "millis=1").run();
		assertThat(printed()).contains("## Who takes a lock", "## Who is told of one", "| nobody |", "| meters |",
				"| statistics |", "| unobserved |");
	}

	@Test
	void anUnknownOptionIsRefusedWithTheKnownOnes() {
		assertThatThrownBy(() -> new StepSpeed(this.out, "round=1")).hasMessageContaining("'round=1'")
			.hasMessageContaining("rounds=");
	}

	private String printed() {
		return this.output.toString(StandardCharsets.UTF_8);
	}

}
