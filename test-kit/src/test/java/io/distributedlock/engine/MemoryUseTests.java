package io.distributedlock.engine;

import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class MemoryUseTests extends EngineTest {

	private static final int KEYS = 1_000_000;

	/** Less than a map would need for that many keys. */
	private static final long HEAP_GROWTH = 24L << 20;

	@Test
	void aMillionKeysUsedOnceLeaveNothing() {
		LockEngine node = node("this-node", this.memory);
		node.acquire(request()).close();
		long before = usedHeap();
		for (int i = 0; i < KEYS; i++) {
			node.acquire(LockRequest.of("order:" + i)).close();
		}
		assertThat(node.isIdle()).isTrue();
		this.threads.advance(seconds(2));
		assertThat(this.threads.timers()).isZero();
		assertThat(usedHeap() - before).isLessThan(HEAP_GROWTH);
	}

	@Test
	void keysThatWereWaitedForInVainLeaveNothing() {
		LockEngine nodeA = node("node-a", this.memory);
		LockEngine nodeB = node("node-b", this.memory);
		async(nodeB, waiting(seconds(1))).join().close();
		for (int i = 0; i < 1000; i++) {
			Lease holder = nodeA.acquire(LockRequest.of("order:" + i));
			var unused = async(nodeB, LockRequest.of("order:" + i).withWaitTime(ms(5)));
			this.threads.advance(ms(5));
			holder.close();
		}
		assertThat(nodeA.isIdle()).isTrue();
		assertThat(nodeB.isIdle()).isTrue();
		this.threads.advance(seconds(2));
		assertThat(this.threads.timers()).isZero();
		assertThat(this.memory).extracting("waiting").asInstanceOf(InstanceOfAssertFactories.MAP).isEmpty();
	}

	private static long usedHeap() {
		Runtime runtime = Runtime.getRuntime();
		for (int i = 0; i < 3; i++) {
			System.gc();
		}
		return runtime.totalMemory() - runtime.freeMemory();
	}

}
