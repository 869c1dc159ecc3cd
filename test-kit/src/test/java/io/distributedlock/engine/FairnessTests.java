package io.distributedlock.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FairnessTests extends EngineTest {

	private final List<String> served = new ArrayList<>();

	@Test
	void whereTheStoreKeepsAQueueNodesAreServedInOrder() {
		LockEngine nodeA = node("node-a", this.memory);
		LockEngine nodeB = node("node-b", this.memory);
		LockEngine nodeC = node("node-c", this.memory);
		Lease holder = nodeA.acquire(request());
		listen(nodeA, nodeB, nodeC);
		serve("B", nodeB);
		serve("A", nodeA);
		serve("C", nodeC);
		serve("B again", nodeB);
		this.threads.advance(ms(1001));
		holder.close();
		this.threads.advance(ms(10));
		assertThat(this.served).containsExactly("B", "A", "C", "B again");
	}

	@Test
	void aNodeWithManyWaitersDoesNotOvertakeTheOtherInTheStoresQueue() {
		LockEngine nodeA = node("node-a", this.memory);
		LockEngine nodeB = node("node-b", this.memory);
		Lease holder = nodeA.acquire(request());
		listen(nodeA, nodeB);
		for (int i = 0; i < 20; i++) {
			serve("A", nodeA);
		}
		serve("B", nodeB);
		this.threads.advance(ms(1001));
		holder.close();
		this.threads.advance(ms(1001));
		assertThat(this.served.indexOf("B")).isBetween(0, 1);
		assertThat(this.served).hasSize(21);
	}

	@Test
	void wherePolledANodeStandsBackAfterTenGrantsInARow() {
		LockEngine greedy = node("greedy", this.store);
		LockEngine other = node("other", new ScriptedStore(this.memory));
		Lease holder = greedy.acquire(request());
		for (int i = 0; i < 30; i++) {
			serve("greedy", greedy);
		}
		serve("other", other);
		this.threads.advance(seconds(1));
		holder.close();
		this.threads.runPending();
		// with the first holder ten grants
		assertThat(this.served).hasSize(9).containsOnly("greedy");
		this.threads.advance(ms(250));
		assertThat(this.served.get(9)).isEqualTo("other");
		this.threads.advance(seconds(2));
		assertThat(this.served).hasSize(31);
	}

	@Test
	void wherePolledANodeThatTakesTheLockAgainAndAgainStandsBackToo() {
		LockEngine greedy = node("greedy", this.store);
		LockEngine other = node("other", new ScriptedStore(this.memory));
		for (int i = 0; i < 10; i++) {
			Lease lease = greedy.acquire(waiting(seconds(60)));
			if (i == 0) {
				serve("other", other);
			}
			lease.close();
		}
		serve("greedy", greedy);
		assertThat(this.served).isEmpty();
		this.threads.advance(ms(250));
		assertThat(this.served).containsExactly("other", "greedy");
	}

	@Test
	void aNodeThatStoodBackForNobodyMayRunLongerTheNextTime() {
		LockEngine lonely = node("lonely", this.store);
		Lease holder = lonely.acquire(request());
		for (int i = 0; i < 60; i++) {
			serve("lonely", lonely);
		}
		holder.close();
		this.threads.runPending();
		assertThat(this.served).hasSize(9);
		this.threads.advance(ms(250));
		assertThat(this.served).hasSize(9 + 20);
		this.threads.advance(ms(250));
		assertThat(this.served).hasSize(60);
	}

	@Test
	void aNodeStandsBackForAMomentOnlyAndNotWithoutPatience() {
		LockEngine greedy = node("greedy", this.store);
		for (int i = 0; i < 10; i++) {
			greedy.acquire(request()).close();
		}
		greedy.acquire(request()).close();
		for (int i = 0; i < 10; i++) {
			greedy.acquire(request()).close();
		}
		this.threads.advance(ms(250));
		serve("greedy", greedy);
		assertThat(this.served).containsExactly("greedy");
	}

	/** Lets the nodes listen before the test starts. */
	private void listen(LockEngine... nodes) {
		for (LockEngine node : nodes) {
			async(node, LockRequest.of("other:lock").withWaitTime(seconds(1))).join().close();
		}
	}

	private void serve(String who, LockEngine node) {
		CompletableFuture<Void> unused = async(node, waiting(seconds(60))).thenAccept((lease) -> {
			this.served.add(who);
			lease.close();
		});
	}

}
