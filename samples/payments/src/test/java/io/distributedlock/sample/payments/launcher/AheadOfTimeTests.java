package io.distributedlock.sample.payments.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.distributedlock.sample.payments.CaptureRequest;
import io.distributedlock.sample.payments.PaymentsApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(value = 4, unit = TimeUnit.MINUTES)
class AheadOfTimeTests {

	private static final int REQUESTS = 150;

	private static final Duration BOUND = Duration.ofSeconds(25);

	private final List<CaptureRequest> requests = TestNodes.firstRequests(REQUESTS);

	private final Set<Long> requested = this.requests.stream()
		.map(CaptureRequest::paymentId)
		.collect(Collectors.toSet());

	@Test
	void theServiceLocksAndStopsAsEver() throws IOException {
		Path folder = TestNodes.freshFolder("aot");
		String classPath = ProcessedAheadOfTime.classPath(folder, "--payments.stop-with-launcher=true");
		Program program = new Program(folder,
				List.of("-Dspring.aot.enabled=true", "-cp", classPath, PaymentsApplication.class.getName()), List.of());
		try (Cluster cluster = new Cluster(program)) {
			Node node = cluster.start(TestNodes.freePorts(1));
			cluster.awaitUp();
			assertThat(Files.readString(node.log())).contains("Starting AOT-processed PaymentsApplication");

			Replay.Result result = new Replay(cluster).run(this.requests, (answered) -> {
			});

			assertThat(result.failed()).isZero();
			assertThat(result.captured()).isEqualTo(this.requested.size());
			TestNodes.await("the job settles all captures", BOUND, () -> settled(folder) == this.requested.size());
			assertThat(lockKeys(folder)).contains(lockOf("io.distributedlock.sample.payments.SettlementJob.settle"),
					lockOf("payment:" + this.requests.get(0).paymentId()));

			node.stop();

			TestNodes.await("the node ends", BOUND, () -> !node.isAlive());
			assertThat(Files.readString(node.log())).contains("Graceful shutdown complete").doesNotContain("Exception");
		}
	}

	private static int settled(Path folder) {
		return TestNodes.database(folder)
			.sql("select count(*) from capture where settled_with is not null")
			.query(Integer.class)
			.single();
	}

	private static List<String> lockKeys(Path folder) {
		return TestNodes.database(folder).sql("select lock_key from distributed_lock").query(String.class).list();
	}

	private static String lockOf(String key) {
		return "payments:" + key;
	}

}
