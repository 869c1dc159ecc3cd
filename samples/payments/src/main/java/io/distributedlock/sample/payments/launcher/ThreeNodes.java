package io.distributedlock.sample.payments.launcher;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.distributedlock.sample.payments.CaptureRequest;

/**
 * Starts three nodes of the payments service, replays {@code requests.csv} against all of
 * them, and says what became of it. Then it shows who settles, until it is stopped.
 */
public final class ThreeNodes {

	private static final int NODES = 3;

	private static final int PROGRESS_STEPS = 5;

	private final Program program;

	private final int firstPort;

	private final PrintStream out;

	ThreeNodes(Program program, int firstPort, PrintStream out) {
		this.program = program;
		this.firstPort = firstPort;
		this.out = out;
	}

	/**
	 * Runs the sample.
	 * @param args the folder of the sample, the first of three ports, {@code true} to
	 * stop after the summary, and the Spring profile of the nodes, empty for none
	 */
	public static void main(String[] args) {
		Path home = Path.of(args[0]).toAbsolutePath().normalize();
		ThreeNodes sample = new ThreeNodes(Program.jar(home, args[3]), Integer.parseInt(args[1]), System.out);
		try (Cluster cluster = sample.start()) {
			List<CaptureRequest> requests = CaptureRequest.readAll();
			sample.replay(cluster, requests);
			if (!Boolean.parseBoolean(args[2])) {
				sample.printWhatToTry(cluster);
				try (SteadyRequests steady = SteadyRequests.start(cluster, requests)) {
					new SettlementFeed(cluster, System.out).run();
				}
			}
		}
	}

	/**
	 * Starts the nodes on a fresh database and waits until they are up. The first one
	 * starts a little earlier: nodes that open an H2 file in the same moment keep each
	 * other waiting for seconds.
	 * @return the nodes, to be closed by the caller
	 */
	Cluster start() {
		Database database = new Database(this.program.home().resolve(Program.DATABASE));
		database.delete();
		this.out.printf("Starting %d nodes ...%n", NODES);
		Cluster cluster = new Cluster(this.program);
		try {
			cluster.await(cluster.start(this.firstPort), database::isServed);
			for (int i = 1; i < NODES; i++) {
				cluster.start(this.firstPort + i);
			}
			cluster.awaitUp();
		}
		catch (RuntimeException ex) {
			cluster.close();
			throw ex;
		}
		for (Node node : cluster.nodes()) {
			this.out.printf("  %s  pid %-8d %s  log %s%n", node.name(), node.pid(), node.uri("/report"),
					fromHere(node.log()));
		}
		return cluster;
	}

	/**
	 * Replays requests against all nodes and prints the summary.
	 * @param cluster the nodes
	 * @param requests what to send
	 * @return the summary
	 */
	Summary replay(Cluster cluster, List<CaptureRequest> requests) {
		this.out.printf("Replaying %,d capture requests against all of them ...%n", requests.size());
		int step = Math.max(1, requests.size() / PROGRESS_STEPS);
		Replay.Result result = new Replay(cluster).run(requests, (answered) -> {
			if (answered % step == 0) {
				this.out.printf("  %,d answered%n", answered);
			}
		});
		Summary summary = Summary.of(result, told(cluster, Node::report), told(cluster, Node::locks));
		this.out.printf("%n%s%n", summary);
		return summary;
	}

	private static <T> List<T> told(Cluster cluster, Function<Node, Optional<T>> question) {
		return cluster.alive().stream().map(question).flatMap(Optional::stream).toList();
	}

	private void printWhatToTry(Cluster cluster) {
		Node first = cluster.alive().get(0);
		this.out.printf("""
				The nodes go on settling every two seconds, and some customers press the button twice. Watch them:
				  %s
				    who holds what, contention and latency, as this node sees it; every node has such a page
				  %s
				    the same figures for Prometheus
				In a second terminal:
				  kill -9 %d
				    kills a node: if it was settling, another one settles when its lease has expired
				  cd %s && java %s -jar %s --server.port=%d%s
				    starts a fourth node
				Ctrl-C stops the three nodes.

				""", first.uri("/actuator/distributedlockboard"), first.uri("/actuator/prometheus"),
				cluster.alive().get(1).pid(), fromHere(this.program.home()), Program.H2_ON_LOOPBACK, Program.JAR,
				this.firstPort + NODES,
				this.program.arguments().stream().map((argument) -> " " + argument).collect(Collectors.joining()));
	}

	private static Path fromHere(Path path) {
		Path here = Path.of("").toAbsolutePath();
		return path.equals(here) ? Path.of(".") : here.relativize(path);
	}

}
