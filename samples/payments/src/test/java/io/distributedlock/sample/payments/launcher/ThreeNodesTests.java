package io.distributedlock.sample.payments.launcher;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.distributedlock.sample.payments.CaptureRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ThreeNodesTests {

	private static final int REQUESTS = 600;

	private static final String PAYMENTS_CAPTURED_TWICE = """
			select payment_id from capture group by payment_id having count(*) > 1""";

	private final List<CaptureRequest> requests = TestNodes.firstRequests(REQUESTS);

	private final Set<Long> requested = this.requests.stream()
		.map(CaptureRequest::paymentId)
		.collect(Collectors.toSet());

	private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

	@Test
	void threeNodesCaptureEachPaymentOnceAndRunEachTickOnce() {
		Path folder = TestNodes.freshFolder("locked");
		ThreeNodes sample = sample(TestNodes.program(folder));
		try (Cluster cluster = sample.start()) {

			Summary summary = sample.replay(cluster, this.requests);

			assertThat(summary.replay().failed()).isZero();
			assertThat(summary.replay().captured()).isEqualTo(this.requested.size());
			assertThat(summary.replay().refused()).isEqualTo(REQUESTS - this.requested.size());
			assertThat(summary.contendedByNode().values()).hasSize(3).anyMatch((contended) -> contended > 0);
			assertThat(this.printed.toString(StandardCharsets.UTF_8)).contains("requests                     600")
				.contains("; 0 captured twice")
				.contains("   0 run twice; node-");
			JdbcClient database = TestNodes.database(folder);
			assertThat(database.sql("select payment_id from capture").query(Long.class).list())
				.containsExactlyInAnyOrderElementsOf(this.requested);
			assertThat(database.sql("select tick from settlement").query(String.class).list()).isNotEmpty()
				.doesNotHaveDuplicates();
		}
	}

	@Test
	void withoutTheAnnotationTheSameReplayCapturesPaymentsTwice() {
		Path folder = TestNodes.freshFolder("unlocked");
		ThreeNodes sample = sample(TestNodes.programWithClassPath(folder, WithoutAnnotation.classPath(folder)));
		try (Cluster cluster = sample.start()) {

			Summary summary = sample.replay(cluster, this.requests);

			assertThat(summary.replay().failed()).isZero();
			assertThat(summary.database().capturedTwice()).isPositive();
			assertThat(TestNodes.database(folder).sql(PAYMENTS_CAPTURED_TWICE).query(Long.class).list()).isNotEmpty();
		}
	}

	private ThreeNodes sample(Program program) {
		return new ThreeNodes(program, TestNodes.freePorts(3),
				new PrintStream(this.printed, true, StandardCharsets.UTF_8));
	}

}
