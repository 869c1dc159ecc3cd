package io.distributedlock.sample.payments.launcher;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

import io.distributedlock.sample.payments.CaptureRequest;

/**
 * Sends capture requests to the nodes in turn, many at a time. A request that fails goes
 * to the next node after a pause, a bounded number of times.
 */
final class Replay {

	private static final int AT_A_TIME = 24;

	private static final int ATTEMPTS = 20;

	private static final Duration PAUSE = Duration.ofMillis(500);

	private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

	private static final Duration REPLAY_TIMEOUT = Duration.ofMinutes(10);

	private final List<Node> nodes;

	private final HttpClient http;

	private final AtomicInteger captured = new AtomicInteger();

	private final AtomicInteger refused = new AtomicInteger();

	private final AtomicInteger retried = new AtomicInteger();

	private final AtomicInteger failed = new AtomicInteger();

	Replay(Cluster cluster) {
		this.nodes = cluster.nodes();
		this.http = cluster.http();
	}

	/**
	 * Sends the requests and waits for the answers.
	 * @param requests what to send, in this order
	 * @param progress told the number of answered requests after each
	 * @return what came back
	 */
	Result run(List<CaptureRequest> requests, IntConsumer progress) {
		long start = System.nanoTime();
		AtomicInteger next = new AtomicInteger();
		AtomicInteger done = new AtomicInteger();
		ExecutorService clients = Executors.newFixedThreadPool(AT_A_TIME);
		try {
			for (int client = 0; client < AT_A_TIME; client++) {
				clients.execute(() -> {
					for (int i = next.getAndIncrement(); i < requests.size(); i = next.getAndIncrement()) {
						send(requests.get(i), i);
						progress.accept(done.incrementAndGet());
					}
				});
			}
			clients.shutdown();
			if (!clients.awaitTermination(REPLAY_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
				throw new IllegalStateException("The replay is not done after " + REPLAY_TIMEOUT);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("The replay was interrupted", ex);
		}
		finally {
			clients.shutdownNow();
		}
		return new Result(requests.size(), this.captured.get(), this.refused.get(), this.retried.get(),
				this.failed.get(), Duration.ofNanos(System.nanoTime() - start));
	}

	private void send(CaptureRequest request, int number) {
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			if (attempt > 0) {
				this.retried.incrementAndGet();
				Pause.of(PAUSE);
			}
			switch (answer(this.nodes.get((number + attempt) % this.nodes.size()), request)) {
				case CAPTURED -> {
					this.captured.incrementAndGet();
					return;
				}
				case REFUSED -> {
					this.refused.incrementAndGet();
					return;
				}
				case FAILED -> {
				}
			}
		}
		this.failed.incrementAndGet();
	}

	private Answer answer(Node node, CaptureRequest request) {
		HttpRequest capture = HttpRequest.newBuilder(node.uri("/payments/" + request.paymentId() + "/capture"))
			.timeout(ANSWER_TIMEOUT)
			.POST(BodyPublishers.noBody())
			.build();
		try {
			return switch (this.http.send(capture, BodyHandlers.discarding()).statusCode()) {
				case 200 -> Answer.CAPTURED;
				case 409 -> Answer.REFUSED;
				default -> Answer.FAILED;
			};
		}
		catch (IOException ex) {
			return Answer.FAILED;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return Answer.FAILED;
		}
	}

	private enum Answer {

		CAPTURED, REFUSED, FAILED

	}

	/**
	 * What came back.
	 *
	 * @param requests how many requests were sent
	 * @param captured how many answers said that the payment was captured
	 * @param refused how many answers said that it had been captured before
	 * @param retried how often a request was sent again because it had failed
	 * @param failed how many requests were given up
	 * @param time from the first request to the last answer
	 */
	record Result(int requests, int captured, int refused, int retried, int failed, Duration time) {
	}

}
