package io.distributedlock.sample.payments.launcher;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.distributedlock.sample.payments.Report;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A process that runs the payments service.
 *
 * @param port where it listens
 * @param process the process
 * @param log where its output goes
 * @param http for talking to it
 */
record Node(int port, Process process, Path log, HttpClient http) {

	private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);

	private static final Duration GRACE = Duration.ofSeconds(3);

	String name() {
		return "node-" + this.port;
	}

	long pid() {
		return this.process.pid();
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	URI uri(String path) {
		return URI.create("http://127.0.0.1:" + this.port + path);
	}

	/**
	 * Asks the node what happened so far.
	 * @return its report, empty if it is not up
	 */
	Optional<Report> report() {
		return get("/report", Report.class);
	}

	/**
	 * Asks the node about its locks.
	 * @return its figures, empty if it is not up
	 */
	Optional<LockFigures> locks() {
		return get("/actuator/distributedlocks", LockFigures.class);
	}

	private <T> Optional<T> get(String path, Class<T> type) {
		HttpRequest request = HttpRequest.newBuilder(uri(path)).timeout(ANSWER_TIMEOUT).build();
		try {
			var response = this.http.send(request, BodyHandlers.ofString());
			return (response.statusCode() == 200) ? Optional.of(JsonMapper.shared().readValue(response.body(), type))
					: Optional.empty();
		}
		catch (IOException | JacksonException ex) {
			return Optional.empty();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return Optional.empty();
		}
	}

	/** Ends the process as {@code kill -9} does. */
	void kill() {
		this.process.destroyForcibly();
	}

	/** Asks the process to end. */
	void stop() {
		this.process.destroy();
	}

	/** Waits for the process to end, and kills it if it takes too long. */
	void awaitEnd() {
		try {
			if (!this.process.waitFor(GRACE.toSeconds(), TimeUnit.SECONDS)) {
				kill();
				this.process.waitFor(GRACE.toSeconds(), TimeUnit.SECONDS);
			}
		}
		catch (InterruptedException ex) {
			kill();
			Thread.currentThread().interrupt();
		}
	}

}
