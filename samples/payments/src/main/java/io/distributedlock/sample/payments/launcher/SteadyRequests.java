package io.distributedlock.sample.payments.launcher;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import io.distributedlock.sample.payments.CaptureRequest;

/**
 * Customers who press the button several times: until it is closed, each of a few
 * requests a second arrives at all nodes in the same moment, twice. What they are
 * answered does not matter any more.
 */
final class SteadyRequests implements AutoCloseable {

	private static final Duration PAUSE = Duration.ofMillis(250);

	private static final int TIMES = 2;

	private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

	private final Cluster cluster;

	private final List<CaptureRequest> requests;

	private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "steady-requests");
		thread.setDaemon(true);
		return thread;
	});

	private SteadyRequests(Cluster cluster, List<CaptureRequest> requests) {
		this.cluster = cluster;
		this.requests = requests;
	}

	static SteadyRequests start(Cluster cluster, List<CaptureRequest> requests) {
		SteadyRequests steady = new SteadyRequests(cluster, requests);
		ScheduledFuture<?> unused = steady.thread.scheduleWithFixedDelay(steady::send, 0, PAUSE.toMillis(),
				TimeUnit.MILLISECONDS);
		return steady;
	}

	private void send() {
		CaptureRequest request = this.requests.get(ThreadLocalRandom.current().nextInt(this.requests.size()));
		List<Node> nodes = this.cluster.alive();
		for (int i = 0; i < TIMES * nodes.size(); i++) {
			URI capture = nodes.get(i % nodes.size()).uri("/payments/" + request.paymentId() + "/capture");
			HttpRequest post = HttpRequest.newBuilder(capture)
				.timeout(ANSWER_TIMEOUT)
				.POST(BodyPublishers.noBody())
				.build();
			CompletableFuture<?> unused = this.cluster.http().sendAsync(post, BodyHandlers.discarding());
		}
	}

	@Override
	public void close() {
		this.thread.shutdownNow();
	}

}
