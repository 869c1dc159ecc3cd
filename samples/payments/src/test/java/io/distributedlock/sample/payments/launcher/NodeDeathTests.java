package io.distributedlock.sample.payments.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.distributedlock.sample.payments.Report;
import io.distributedlock.sample.payments.Settlement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(value = 3, unit = TimeUnit.MINUTES)
class NodeDeathTests {

	private static final Duration TTL = Duration.ofSeconds(5);

	/**
	 * For a tick, H2's own change of the node that serves the file, and a busy machine.
	 */
	private static final Duration BOUND = Duration.ofSeconds(25);

	private static final Pattern SETTLING = Pattern.compile("Settling .* with fencing token (\\d+)");

	@Test
	void anotherNodeSettlesWhenTheSettlingNodeIsKilled() throws IOException {
		try (Cluster cluster = new Cluster(TestNodes.program(TestNodes.freshFolder("killed")))) {
			int port = TestNodes.freePorts(3);
			// The first node also serves the database file to the others.
			Node settling = cluster.start(port, "--payments.settlement-time=10m");
			cluster.awaitUp();
			TestNodes.await("the first node settles", TTL.plus(BOUND), () -> tokenOf(settling).isPresent());
			long token = tokenOf(settling).orElseThrow();
			List<Node> others = List.of(cluster.start(port + 1), cluster.start(port + 2));
			cluster.awaitUp();
			TestNodes.await("both others find the settlement locked", BOUND,
					() -> others.stream().allMatch(NodeDeathTests::hasSkippedSettlement));
			assertThat(others.get(0).report().orElseThrow().ticksByNode()).isEmpty();

			settling.kill();

			TestNodes.await("another node settles", TTL.plus(BOUND),
					() -> others.stream().anyMatch((node) -> !settlements(node).isEmpty()));
			Settlement first = others.stream()
				.flatMap((node) -> settlements(node).stream())
				.reduce((newer, older) -> older)
				.orElseThrow();
			assertThat(first.node()).isIn(others.get(0).name(), others.get(1).name());
			assertThat(first.fencingToken()).isGreaterThan(token);
		}
	}

	@Test
	void nodesEndWithTheirLauncher() throws IOException {
		try (Cluster cluster = new Cluster(TestNodes.program(TestNodes.freshFolder("orphaned")))) {
			Node node = cluster.start(TestNodes.freePorts(1));
			cluster.awaitUp();

			node.process().getOutputStream().close(); // as the death of this process does

			TestNodes.await("the node ends", BOUND, () -> !node.isAlive());
		}
	}

	private static Optional<Long> tokenOf(Node node) {
		try {
			Matcher line = SETTLING.matcher(Files.readString(node.log()));
			return line.find() ? Optional.of(Long.valueOf(line.group(1))) : Optional.empty();
		}
		catch (IOException ex) {
			return Optional.empty();
		}
	}

	private static boolean hasSkippedSettlement(Node node) {
		return node.locks().filter((locks) -> locks.contended("SettlementJob.settle") > 0).isPresent();
	}

	private static List<Settlement> settlements(Node node) {
		return node.report().map(Report::latestSettlements).orElse(List.of());
	}

}
