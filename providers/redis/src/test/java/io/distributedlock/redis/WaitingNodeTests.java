package io.distributedlock.redis;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class WaitingNodeTests {

	private final AtomicLong time = new AtomicLong(Long.MAX_VALUE - 1);

	private final WaitingNode node = new WaitingNode(this.time::get);

	@Test
	void aKeyIsRememberedWhileTheNodeGoesOnAsking() {
		for (int i = 0; i < 10; i++) {
			this.node.queueing("k");
			this.time.addAndGet(Duration.ofSeconds(4).toNanos());
			assertThat(this.node.keys()).containsExactly("k");
		}
	}

	@Test
	void aKeyThatTheNodeDoesNotAskForAnyMoreIsForgotten() {
		this.node.queueing("k");
		this.time.addAndGet(Duration.ofSeconds(3).toNanos());
		this.node.queueing("other");
		this.time.addAndGet(Duration.ofSeconds(3).toNanos());
		assertThat(this.node.keys()).containsExactly("other");
	}

	@Test
	void aKeyThatTheNodeLeftIsForgottenAtOnce() {
		this.node.queueing("k");
		this.node.left("k");
		assertThat(this.node.keys()).isEmpty();
	}

}
