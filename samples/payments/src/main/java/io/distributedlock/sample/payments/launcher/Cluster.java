package io.distributedlock.sample.payments.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/**
 * The nodes started by this process. They end with it, however it ends.
 */
final class Cluster implements AutoCloseable {

	private static final Duration START_TIMEOUT = Duration.ofMinutes(2);

	private static final Duration POLL = Duration.ofMillis(200);

	private final Program program;

	private final HttpClient http = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(Duration.ofSeconds(2))
		.build();

	private final List<Node> nodes = new CopyOnWriteArrayList<>();

	private final Thread closeAtExit = new Thread(this::stopNodes, "stop-nodes");

	/**
	 * Creates a cluster without nodes.
	 * @param program what the nodes run
	 */
	Cluster(Program program) {
		this.program = program;
		Runtime.getRuntime().addShutdownHook(this.closeAtExit);
	}

	/**
	 * Starts a node and does not wait for it.
	 * @param port where it shall listen
	 * @param arguments further arguments of the program
	 * @return the node
	 */
	Node start(int port, String... arguments) {
		requireFree(port);
		Node node = this.program.start(port, this.http, arguments);
		this.nodes.add(node);
		return node;
	}

	/** Waits until every node answers and has its payments. */
	void awaitUp() {
		this.nodes
			.forEach((node) -> await(node, () -> node.report().filter((report) -> report.payments() > 0).isPresent()));
	}

	/**
	 * Waits for something that a node does when it starts.
	 * @param node the node
	 * @param done whether it is done
	 */
	void await(Node node, BooleanSupplier done) {
		long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
		while (!done.getAsBoolean()) {
			if (!node.isAlive()) {
				throw new IllegalStateException(node.name() + " ended while it started: see " + node.log());
			}
			if (System.nanoTime() > deadline) {
				throw new IllegalStateException(
						"%s is not up after %s: see %s".formatted(node.name(), START_TIMEOUT, node.log()));
			}
			Pause.of(POLL);
		}
	}

	/**
	 * Returns the nodes started here that still run.
	 * @return the nodes, in the order of their start
	 */
	List<Node> alive() {
		return this.nodes.stream().filter(Node::isAlive).toList();
	}

	List<Node> nodes() {
		return List.copyOf(this.nodes);
	}

	HttpClient http() {
		return this.http;
	}

	@Override
	public void close() {
		stopNodes();
		Runtime.getRuntime().removeShutdownHook(this.closeAtExit);
	}

	private void stopNodes() {
		this.nodes.forEach(Node::stop);
		this.nodes.forEach(Node::awaitEnd);
	}

	private static void requireFree(int port) {
		try (ServerSocket socket = new ServerSocket()) {
			socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
		}
		catch (IOException ex) {
			throw new IllegalStateException(
					"Port %d is in use: stop what listens there, or choose the first of three free ports with -Dsample.port=9081"
						.formatted(port),
					ex);
		}
	}

}
