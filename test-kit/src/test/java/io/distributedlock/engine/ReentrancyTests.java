package io.distributedlock.engine;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.distributedlock.Lease;
import io.distributedlock.LeaseLostException;
import io.distributedlock.LockContext;
import io.distributedlock.LockNotAcquiredException;
import io.distributedlock.LockRequest;
import io.distributedlock.OnLeaseLost;
import io.distributedlock.engine.RecordingStore.Sent;
import io.distributedlock.engine.RecordingStore.Step;
import org.junit.jupiter.api.Test;

import static io.distributedlock.engine.HoldingNode.KEY;
import static io.distributedlock.engine.HoldingNode.TTL;
import static io.distributedlock.engine.HoldingNode.request;
import static io.distributedlock.engine.HoldingNode.seconds;
import static io.distributedlock.engine.HoldingNode.unrenewed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Closures entered again on the same call path.
 */
class ReentrancyTests {

	private final HoldingNode node = HoldingNode.start();

	private final LockEngine locks = this.node.engine();

	@Test
	void theInnerClosureJoinsTheLeaseWhichTheOutermostReleases() {
		this.locks.run(request(), () -> {
			Lease outer = current();
			this.locks.run(request(), () -> {
				assertThat(current()).isSameAs(outer);
				assertThat(this.locks.tryRun(request(), () -> assertThat(current()).isSameAs(outer))).isTrue();
			});
			assertThat(this.locks.<Long, RuntimeException>tryCall(request(), () -> current().fencingToken()))
				.hasValue(outer.fencingToken());
			assertThat(outer.isHeld()).isTrue();
			assertThat(LockContext.leases()).containsExactly(outer);
		});
		assertThat(this.node.store().sent()).extracting(Sent::step).containsExactly(Step.ACQUIRE, Step.RELEASE);
		assertThat(this.node.listener().events("acquired")).hasSize(1);
		assertThat(this.node.listener().events("ended")).hasSize(1);
	}

	@Test
	void theInnerOptionsAreIgnored() {
		this.locks.run(request(), () -> {
			LockRequest inner = request().withTtl(seconds(1))
				.withMinHold(seconds(1))
				.withName("other")
				.withOnLeaseLost(OnLeaseLost.IGNORE);
			this.locks.run(inner, () -> {
				assertThat(current().name()).isEqualTo("orders");
				this.node.pass(TTL.multipliedBy(2));
				assertThat(current().isHeld()).isTrue();
			});
		});
		assertThat(this.node.store().isHeld(KEY)).isFalse();
	}

	@Test
	void anExceptionOfTheInnerClosureLeavesTheLeaseToTheOuter() {
		this.locks.run(request(), () -> {
			assertThatIllegalStateException().isThrownBy(() -> this.locks.run(request(), () -> {
				throw new IllegalStateException("inner");
			}));
			assertThat(current().isHeld()).isTrue();
		});
		assertThat(LockContext.current()).isEmpty();
	}

	@Test
	@SuppressWarnings("NullAway")
	void anInnerTryCallRefusesNullAndReleasesNothing() {
		this.locks.run(request(), () -> {
			assertThatNullPointerException()
				.isThrownBy(() -> this.locks.<String, RuntimeException>tryCall(request(), () -> null));
			assertThat(current().isHeld()).isTrue();
		});
	}

	@Test
	void joiningALostLeaseThrowsAndNeverAcquiresAfresh() {
		AtomicBoolean ran = new AtomicBoolean();
		LockRequest ignoring = unrenewed().withOnLeaseLost(OnLeaseLost.IGNORE);
		this.locks.run(ignoring, () -> {
			this.node.pass(TTL);
			assertThatExceptionOfType(LeaseLostException.class)
				.isThrownBy(() -> this.locks.run(ignoring, () -> ran.set(true)));
			assertThatExceptionOfType(LeaseLostException.class)
				.isThrownBy(() -> this.locks.tryRun(ignoring, () -> ran.set(true)));
		});
		assertThat(ran).isFalse();
		assertThat(this.node.store().sent(Step.ACQUIRE)).hasSize(1);
	}

	@Test
	void aLeaseClosedByItsHolderIsNotJoined() {
		this.locks.run(request(), () -> {
			Lease outer = current();
			outer.close();
			this.locks.run(request(), () -> {
				assertThat(current()).isNotSameAs(outer);
				assertThat(current().isHeld()).isTrue();
				assertThat(current().fencingToken()).isGreaterThan(outer.fencingToken());
			});
		});
		assertThat(this.node.store().sent(Step.ACQUIRE)).hasSize(2);
		assertThat(this.node.store().sent(Step.RELEASE)).hasSize(2);
	}

	@Test
	void anotherKeyIsAnotherLeaseAndTheOuterOneIsFoundBehindIt() {
		this.locks.run(request(), () -> {
			Lease outer = current();
			this.locks.run(LockRequest.of("other"), () -> {
				assertThat(LockContext.leases()).map(Lease::key).containsExactly("other", KEY);
				this.locks.run(request(), () -> assertThat(current()).isSameAs(outer));
				assertThat(current().key()).isEqualTo("other");
			});
			assertThat(LockContext.leases()).isEqualTo(List.of(outer));
		});
		assertThat(this.node.store().sent(Step.ACQUIRE)).hasSize(2);
	}

	@Test
	void twoNodesOnOneThreadDoNotJoinEachOther() {
		HoldingNode other = this.node.another();
		this.locks.run(request(), () -> {
			assertThat(other.engine().tryRun(request(), () -> {
			})).isFalse();
			assertThatExceptionOfType(LockNotAcquiredException.class)
				.isThrownBy(() -> other.engine().run(request(), () -> {
				}));
		});
	}

	@Test
	void acquireIsNotReentrant() {
		this.locks.run(request(), () -> assertThat(this.locks.tryAcquire(request())).isEmpty());
		Lease lease = this.node.acquire();
		assertThat(this.locks.tryAcquire(request())).isEmpty();
		assertThat(this.locks.tryRun(request(), () -> {
		})).isFalse();
		assertThat(lease.isHeld()).isTrue();
	}

	@Test
	void anotherThreadJoinsOnlyIfTheContextWasCarriedThere() throws Exception {
		AtomicBoolean plain = new AtomicBoolean(true);
		AtomicBoolean carried = new AtomicBoolean();
		this.locks.<Boolean, Exception>call(request(), () -> {
			CompletableFuture.runAsync(() -> plain.set(this.locks.tryRun(request(), () -> {
			}))).get(10, TimeUnit.SECONDS);
			CompletableFuture.runAsync(LockContext.wrap(() -> carried.set(this.locks.tryRun(request(), () -> {
			})))).get(10, TimeUnit.SECONDS);
			return true;
		});
		assertThat(plain).isFalse();
		assertThat(carried).isTrue();
		assertThat(this.node.store().sent(Step.ACQUIRE)).hasSize(2);
	}

	private static Lease current() {
		return LockContext.current().orElseThrow();
	}

}
