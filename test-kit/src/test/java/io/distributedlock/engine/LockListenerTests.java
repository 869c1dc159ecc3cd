package io.distributedlock.engine;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;

import io.distributedlock.Lease;
import io.distributedlock.LockInterruptedException;
import io.distributedlock.LockListener;
import io.distributedlock.LockShutdownException;
import io.distributedlock.LockStoreException;
import io.distributedlock.test.ControllableThreads.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static io.distributedlock.engine.HoldingNode.KEY;
import static io.distributedlock.engine.HoldingNode.TTL;
import static io.distributedlock.engine.HoldingNode.request;
import static io.distributedlock.engine.HoldingNode.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What listeners are told.
 */
class LockListenerTests {

	private final HoldingNode node = HoldingNode.start();

	@Test
	void theLifeOfALease() {
		this.node.store().acquiring((command) -> {
			this.node.time().advance(seconds(1));
			return this.node.store().memory().tryAcquire(command);
		});
		Lease lease = this.node.acquire();
		this.node.pass(seconds(12));
		lease.close();
		assertThat(this.node.listener().events()).containsExactly("acquired order:42 after PT1S",
				"ended order:42 ACQUIRED after PT1S", "renewed order:42", "released order:42 after PT12S");
	}

	@Test
	void theLifeOfALostLease() {
		Lease lease = this.node.acquireUnrenewed();
		this.node.pass(TTL);
		lease.close();
		assertThat(this.node.listener().events()).containsExactly("acquired order:42 after PT0S",
				"ended order:42 ACQUIRED after PT0S", "lost order:42 DEADLINE", "released order:42 after PT30S");
	}

	@Test
	void contentionIsToldOncePerAcquisitionHoweverOftenTheStoreIsAsked() {
		this.node.acquire();
		HoldingNode other = this.node.another();
		var waiting = other.engine().acquireAsync(request().withWaitTime(seconds(5))).toCompletableFuture();
		this.node.pass(seconds(6));
		assertThat(waiting).isCompletedExceptionally();
		assertThat(other.listener().events()).containsExactly("contended order:42",
				"ended order:42 NOT_ACQUIRED after PT5S");
	}

	@Test
	void aWaiterThatGetsTheLockWasContendedAndEndsAcquired() {
		Lease lease = this.node.acquire();
		HoldingNode other = this.node.another();
		var waiting = other.engine().acquireAsync(request().withWaitTime(seconds(5))).toCompletableFuture();
		this.node.pass(seconds(2));
		lease.close();
		this.node.pass(seconds(2));
		assertThat(waiting).isCompleted();
		assertThat(other.listener().events()).map((event) -> event.replaceAll(" after .*", ""))
			.containsExactly("contended order:42", "acquired order:42", "ended order:42 ACQUIRED");
	}

	@Test
	void aFailingStoreEndsTheAcquisitionWithAnErrorAndNoContention() {
		this.node.store().acquiring((command) -> {
			throw new LockStoreException("down", null);
		});
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(this.node::acquire);
		assertThat(this.node.listener().events()).containsExactly("storeFailed order:42",
				"ended order:42 ERROR after PT0S");
	}

	@Test
	void anInterruptEndsTheAcquisitionAsInterrupted() {
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(LockInterruptedException.class).isThrownBy(this.node::acquire);
		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.node.listener().events()).containsExactly("ended order:42 INTERRUPTED after PT0S");
	}

	@Test
	void aShutdownEndsTheAcquisitionWithAnError() {
		this.node.engine().close();
		assertThatExceptionOfType(LockShutdownException.class).isThrownBy(this.node::acquire);
		assertThat(this.node.listener().events()).containsExactly("ended order:42 ERROR after PT0S");
	}

	@Test
	void failuresAreToldWithTheirCause() {
		LockStoreException down = new LockStoreException("down", null);
		Lease lease = this.node.acquire();
		this.node.store().renewing((command) -> {
			throw down;
		});
		this.node.pass(seconds(10));
		assertThat(this.node.listener().events("renewalFailed")).hasSize(1);
		assertThat(this.node.listener().failures()).containsExactly(down);
		this.node.store().releasing((command) -> {
			throw new IllegalStateException("a bug");
		});
		lease.close();
		assertThat(this.node.listener().events("storeFailed")).hasSize(1);
		assertThat(this.node.listener().failures().get(1)).hasMessageContaining(KEY).hasMessageContaining("a bug");
	}

	@Test
	void whatIsNotTheCallersDoingIsToldOnTheThreadsForCallbacks() {
		this.node.acquire();
		this.node.threads().hold(Kind.CALLBACKS);
		this.node.pass(seconds(10));
		this.node.store().renewing((command) -> {
			throw new LockStoreException("down", null);
		});
		this.node.pass(TTL);
		assertThat(this.node.listener().events()).hasSize(2);
		this.node.threads().resume(Kind.CALLBACKS);
		this.node.settle();
		assertThat(this.node.listener().events("renewed")).hasSize(1);
		assertThat(this.node.listener().events("renewalFailed")).isNotEmpty();
		assertThat(this.node.listener().events("lost")).hasSize(1);
	}

	static List<Throwable> whatListenersThrow() {
		return List.of(new IllegalStateException("a listener's bug"), new NoSuchMethodError("a/Meter"));
	}

	@ParameterizedTest
	@MethodSource("whatListenersThrow")
	void aListenerThatThrowsHarmsNeitherLocksNorOtherListeners(Throwable failure) {
		LockListener broken = (LockListener) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { LockListener.class }, (proxy, method, args) -> {
					throw failure;
				});
		RecordingListener behind = new RecordingListener();
		HoldingNode node = this.node.another((builder) -> builder.listener(broken).listener(behind));
		Lease lease = node.acquire();
		assertThat(node.engine().tryAcquire(request())).isEmpty();
		node.pass(seconds(10));
		node.store().renewing((command) -> {
			throw new LockStoreException("down", null);
		});
		node.pass(seconds(10));
		node.store().renewing(node.store().memory()::renew);
		node.pass(TTL);
		assertThat(lease.isHeld()).isTrue();
		node.store().releasing((command) -> {
			throw new LockStoreException("down", null);
		});
		lease.close();
		node.store().releasing(node.store().memory()::release);
		node.pass(Duration.ofSeconds(1));
		assertThat(node.store().isHeld(KEY)).isFalse();
		node.acquireUnrenewed();
		node.pass(TTL);
		assertThat(behind.events()).isEqualTo(node.listener().events());
		assertThat(behind.events("ended")).hasSize(3);
		assertThat(behind.events("contended")).hasSize(1);
		assertThat(behind.events("renewalFailed")).isNotEmpty();
		assertThat(behind.events("storeFailed")).hasSize(1);
		assertThat(behind.events("lost")).hasSize(1);
	}

}
