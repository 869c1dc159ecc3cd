package io.distributedlock.observation;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.distributedlock.AcquisitionOutcome;
import io.distributedlock.Lease;
import io.distributedlock.LeaseLost.Reason;
import io.distributedlock.LeaseLostException;
import io.distributedlock.LockAttempt;
import io.distributedlock.LockRequest;
import io.distributedlock.LockStoreException;
import io.distributedlock.Renewal;
import io.distributedlock.engine.LockEngine;
import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.metrics.LockNames;
import io.distributedlock.store.LockProvider;
import io.distributedlock.test.ControllableThreads;
import io.distributedlock.test.ControllableTime;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.GlobalObservationConvention;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LockObservationsTests {

	private static final LockRequest REQUEST = LockRequest.of("order:42")
		.withName("Orders.capture")
		.withTtl(Duration.ofSeconds(30))
		.withRenewal(Renewal.NONE);

	private final ControllableTime time = new ControllableTime();

	private final ControllableThreads threads = new ControllableThreads(this.time);

	private final MemoryLockStore store = new MemoryLockStore(this.time);

	private final ObservationRegistry registry = ObservationRegistry.create();

	private final RecordingHandler handler = new RecordingHandler();

	private final LockObservations observations = new LockObservations(this.registry, new LockNames(), null, null);

	private final LockEngine locks = engine(this.observations);

	@BeforeEach
	void handle() {
		this.registry.observationConfig().observationHandler(this.handler);
	}

	@AfterEach
	void close() {
		this.locks.close();
	}

	@Test
	void acquisitionIsObservedFromBeginToOutcome() {
		Lease lease = this.locks.acquire(REQUEST);

		Observation.Context acquire = this.handler.stopped.get(0);
		assertThat(acquire.getName()).isEqualTo("distributed.lock.acquire");
		assertThat(acquire.getContextualName()).isEqualTo("acquire lock Orders.capture");
		assertThat(acquire.getLowCardinalityKeyValues())
			.isEqualTo(KeyValues.of("lock", "Orders.capture", "outcome", "acquired", "provider", "memory"));
		assertThat(acquire.getHighCardinalityKeyValues())
			.isEqualTo(KeyValues.of("lock.key", "order:42", "lock.fencingToken", Long.toString(lease.fencingToken())));
		assertThat(acquire.getError()).isNull();
	}

	@Test
	void leaseIsObservedFromGrantToRelease() {
		Lease lease = this.locks.acquire(REQUEST);
		Observation.Context held = this.handler.started.get(1);
		assertThat(held.getName()).isEqualTo("distributed.lock.held");
		assertThat(this.handler.stopped).doesNotContain(held);

		lease.close();
		assertThat(this.handler.stopped).contains(held);
		assertThat(held.getContextualName()).isEqualTo("hold lock Orders.capture");
		assertThat(held.getLowCardinalityKeyValues())
			.isEqualTo(KeyValues.of("lock", "Orders.capture", "outcome", "released", "provider", "memory"));
		assertThat(held.getHighCardinalityKeyValues())
			.isEqualTo(KeyValues.of("lock.key", "order:42", "lock.fencingToken", Long.toString(lease.fencingToken())));
		assertThat(held.getError()).isNull();
	}

	@Test
	void contendedAcquisitionHasNoTokenAndNoLease() {
		this.locks.acquire(REQUEST);
		assertThat(this.locks.tryAcquire(REQUEST)).isEmpty();

		assertThat(this.handler.started).hasSize(3);
		Observation.Context refused = this.handler.stopped.get(1);
		assertThat(outcome(refused)).isEqualTo("not_acquired");
		assertThat(refused.getHighCardinalityKeyValues()).isEqualTo(KeyValues.of("lock.key", "order:42"));
		assertThat(refused.getError()).isNull();
	}

	@Test
	void storeFailureIsAnError() {
		LockAttempt attempt = new LockAttempt("order:42", "Orders.capture", "memory");
		LockStoreException failure = new LockStoreException("down", null);
		this.observations.acquisitionBegun(attempt);
		this.observations.storeFailed(attempt, failure);
		this.observations.acquisitionEnded(attempt, AcquisitionOutcome.ERROR, Duration.ZERO);

		assertThat(this.handler.stopped).singleElement().satisfies((context) -> {
			assertThat(outcome(context)).isEqualTo("error");
			assertThat(context.getError()).isSameAs(failure);
		});
	}

	@Test
	void attemptsThatAreEqualAreNotMixedUp() {
		LockAttempt one = new LockAttempt("order:42", "Orders.capture", "memory");
		LockAttempt other = new LockAttempt("order:42", "Orders.capture", "memory");
		this.observations.acquisitionBegun(one);
		this.observations.acquisitionBegun(other);
		this.observations.acquisitionEnded(other, AcquisitionOutcome.NOT_ACQUIRED, Duration.ZERO);

		assertThat(this.handler.stopped).containsExactly(this.handler.started.get(1));
	}

	@Test
	void lostLeaseIsAnError() {
		Lease lease = this.locks.acquire(REQUEST);
		this.threads.advance(Duration.ofSeconds(31));

		Observation.Context held = this.handler.stopped.get(1);
		assertThat(outcome(held)).isEqualTo("lost");
		assertThat(held.getError()).isInstanceOfSatisfying(LeaseLostException.class,
				(lost) -> assertThat(lost.reason()).isEqualTo(Reason.DEADLINE));
		lease.close();
		assertThat(this.handler.stopped).hasSize(2);
	}

	@Test
	void leaseThatIsReleasedBeforeItsLossIsAnnouncedIsLost() {
		Lease lease = this.locks.acquire(REQUEST);
		this.time.advance(Duration.ofSeconds(31));
		lease.close();

		assertThat(outcome(this.handler.stopped.get(1))).isEqualTo("lost");
		this.threads.runPending();
		assertThat(this.handler.stopped).hasSize(2);
	}

	@Test
	void bothAreChildrenOfTheObservationThatAskedForTheLock() {
		Observation request = Observation.start("request", this.registry);
		CompletableFuture<Lease> lease;
		try (Observation.Scope scope = request.openScope()) {
			lease = this.locks.acquireAsync(REQUEST).toCompletableFuture();
		}
		CompletableFuture.runAsync(this.threads::runPending).join();

		assertThat(lease).isCompleted();
		assertThat(this.handler.started).hasSize(3)
			.filteredOn((context) -> !"request".equals(context.getName()))
			.allSatisfy((context) -> assertThat(context.getParentObservation()).isSameAs(request));
	}

	@Test
	void noScopeIsOpenedAsAnyThreadMayCloseALease() {
		this.locks.run(REQUEST, () -> assertThat(this.registry.getCurrentObservation()).isNull());
		assertThat(this.handler.scoped).isEmpty();
	}

	@Test
	void ownConventionReplacesTheDefault() {
		LockObservations renamed = new LockObservations(this.registry, new LockNames(),
				new DefaultLockAcquireObservationConvention() {

					@Override
					public String getName() {
						return "acquire";
					}

				}, new DefaultLockHeldObservationConvention() {

					@Override
					public KeyValues getHighCardinalityKeyValues(LockHeldContext context) {
						return KeyValues.empty();
					}

				});
		try (LockEngine engine = engine(renamed)) {
			engine.run(REQUEST, () -> {
			});
		}
		assertThat(this.handler.stopped.get(0).getName()).isEqualTo("acquire");
		assertThat(this.handler.stopped.get(1).getHighCardinalityKeyValues()).isEmpty();
	}

	@Test
	void globalConventionReplacesTheDefault() {
		this.registry.observationConfig().observationConvention(new Renamed());
		this.locks.run(REQUEST, () -> {
		});
		assertThat(this.handler.stopped).extracting(Observation.Context::getName)
			.containsExactly("lock.wait", "distributed.lock.held");
	}

	@Test
	void nothingIsKeptOfWhatEnded() {
		this.locks.run(REQUEST, () -> this.locks.tryAcquire(REQUEST));
		this.locks.acquire(REQUEST);
		this.threads.advance(Duration.ofSeconds(31));

		assertThat(this.observations).hasFieldOrPropertyWithValue("acquiring", Map.of())
			.hasFieldOrPropertyWithValue("holding", Map.of());
	}

	@Test
	void nothingIsDoneWhereNobodyLooks() {
		LockObservations unseen = new LockObservations(ObservationRegistry.create(), new LockNames(), null, null);
		LockAttempt attempt = new LockAttempt("order:42", "Orders.capture", "memory");
		unseen.acquisitionBegun(attempt);
		assertThat(unseen).hasFieldOrPropertyWithValue("acquiring", Map.of());
	}

	@Test
	void storeFailureOfAnAcquisitionIsSeenThroughTheEngine() {
		LockEngine broken = LockEngine.builder().provider(new LockProvider("memory", () -> {
			throw new IllegalStateException("no connection");
		})).time(this.time).threads(new ControllableThreads(this.time)).listener(this.observations).build();
		try (broken) {
			assertThatExceptionOfType(LockStoreException.class).isThrownBy(() -> broken.acquire(REQUEST));
		}
		assertThat(this.handler.stopped).singleElement()
			.satisfies((context) -> assertThat(context.getError()).isInstanceOf(LockStoreException.class));
	}

	private LockEngine engine(LockObservations listener) {
		return LockEngine.builder()
			.nodeId("blue")
			.provider(new LockProvider("memory", () -> this.store))
			.time(this.time)
			.threads(this.threads)
			.listener(listener)
			.build();
	}

	private static String outcome(Observation.Context context) {
		return Optional.ofNullable(context.getLowCardinalityKeyValue("outcome")).map(KeyValue::getValue).orElseThrow();
	}

	private static final class Renamed extends DefaultLockAcquireObservationConvention
			implements GlobalObservationConvention<LockAcquireContext> {

		@Override
		public String getName() {
			return "lock.wait";
		}

	}

}
