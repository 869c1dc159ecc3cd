package io.distributedlock.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import io.distributedlock.Lease;
import io.distributedlock.LockInfo;
import io.distributedlock.LockRequest;
import io.distributedlock.LockStoreException;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.LockProvider;
import io.distributedlock.store.LockStore;
import io.distributedlock.store.RenewResult;
import io.distributedlock.test.ControllableThreads.Kind;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PurgeTests extends EngineTest {

	private static final Duration INTERVAL = Duration.ofHours(1);

	/** When a purge that is due in an interval has begun, whatever the jitter. */
	private static final Duration DUE = INTERVAL.plusMinutes(6);

	private final PurgingStore purged = purgingStore();

	private final PurgingStore purgedByB = purgingStore();

	@Test
	void aStoreIsPurgedWhenAnIntervalHasPassed() {
		open("node-a", this.purged);
		this.threads.advance(INTERVAL.minusNanos(1));
		assertThat(this.purged.purges()).isEmpty();
		this.threads.advance(DUE.minus(INTERVAL).plusNanos(1));
		assertThat(this.purged.purges()).hasSize(1);
	}

	@Test
	void aPurgeGoesOnUntilNothingIsLeft() {
		this.purged.onPurge(5, () -> true);
		open("node-a", this.purged);
		this.threads.advance(DUE);
		assertThat(this.purged.purges()).hasSize(6);
	}

	@Test
	void purgesAreRepeatedOncePerInterval() {
		open("node-a", this.purged);
		this.threads.advance(DUE.multipliedBy(10));
		assertThat(this.purged.purges()).hasSizeBetween(10, 11);
	}

	@Test
	void aStoreThatIsNotOpenIsNotPurged() {
		node("node-a", this.purged);
		this.threads.advance(DUE.multipliedBy(2));
		assertThat(this.purged.purges()).isEmpty();
	}

	@Test
	void nothingIsScheduledForAStoreThatKeepsNothing() {
		open("node-a", this.store);
		assertThat(this.threads.timers()).isZero();
	}

	@Test
	void theTimerThreadDoesNotTalkToTheStore() {
		open("node-a", this.purged);
		this.threads.hold(Kind.STORE_WORK);
		this.threads.advance(DUE);
		assertThat(this.threads.pending(Kind.STORE_WORK)).isEqualTo(1);
		assertThat(this.purged.acquires()).isEmpty();
		assertThat(this.purged.purges()).isEmpty();
	}

	@Test
	void otherWorkOnTheStoreIsDoneBetweenTheCalls() {
		List<Boolean> lockedBefore = new ArrayList<>();
		LockEngine node = open("node-a", this.purged);
		this.purged.onPurge(1, () -> {
			CompletableFuture<Lease> unused = node.acquireAsync(request()).toCompletableFuture();
			return lockedBefore.add(this.memory.find(KEY).isPresent());
		}).onPurge(1, () -> lockedBefore.add(this.memory.find(KEY).isPresent()));
		this.threads.advance(DUE);
		assertThat(lockedBefore).containsExactly(false, true);
	}

	@Test
	void oneNodePurgesForAllInAnInterval() {
		open("node-a", this.purged);
		open("node-b", this.purgedByB);
		this.threads.advance(DUE.multipliedBy(20));
		List<Long> purges = Stream.concat(this.purged.purges().stream(), this.purgedByB.purges().stream())
			.sorted()
			.toList();
		assertThat(purges).hasSizeBetween(19, 22);
		for (int i = 1; i < purges.size(); i++) {
			assertThat(purges.get(i) - purges.get(i - 1)).isGreaterThanOrEqualTo(INTERVAL.toNanos());
		}
	}

	@Test
	void aNodeThatDiedInAPurgeIsReplacedWhenItsLockExpires() {
		this.memory.tryAcquire(new AcquireCommand(Purges.KEY, "dead-owner", "dead-node", INTERVAL.plusMinutes(7)));
		open("node-a", this.purged);
		this.threads.advance(DUE);
		assertThat(this.purged.purges()).isEmpty();
		this.threads.advance(Duration.ofMinutes(7));
		assertThat(this.purged.purges()).hasSize(1);
	}

	@Test
	void aNodeDoesNotWaitLongerThanAnIntervalForTheOther() {
		this.purged.onAcquire(ScriptedStore.heldFor(Duration.ofDays(1000)));
		open("node-a", this.purged);
		this.threads.advance(DUE.multipliedBy(2));
		assertThat(this.purged.purges()).hasSize(1);
	}

	@Test
	void aNodeThatFindsTheLockBusyTriesAgainInAnInterval() {
		this.purged.onAcquire((store) -> new AcquireResult.Busy());
		open("node-a", this.purged);
		this.threads.advance(DUE.multipliedBy(2));
		assertThat(this.purged.purges()).hasSize(1);
	}

	@Test
	void aLongPurgeKeepsItsLock() {
		PurgingStore impatient = new PurgingStore(this.memory, this.time, Duration.ofSeconds(10));
		this.purged.onPurge(1, () -> open("node-b", impatient).isIdle()).onPurge(20, () -> {
			this.threads.advance(seconds(25));
			return impatient.purges().isEmpty();
		});
		open("node-a", this.purged);
		this.threads.advance(DUE);
		assertThat(this.purged.purges()).hasSize(22);
		assertThat(this.purged.renewals()).hasSize(20);
		assertThat(impatient.acquires()).hasSizeGreaterThan(20);
		assertThat(impatient.purges()).isEmpty();
	}

	@Test
	void aShortPurgeIsNotRenewed() {
		this.purged.onPurge(10, after(seconds(1)));
		open("node-a", this.purged);
		this.threads.advance(DUE);
		assertThat(this.purged.purges()).hasSize(11);
		assertThat(this.purged.renewals()).isEmpty();
	}

	@Test
	void aPurgeThatHasLostItsLockStopsAtOnce() {
		this.purged.onPurge(1, () -> {
			this.time.advance(seconds(25));
			return this.memory.forceRelease(Purges.KEY);
		});
		open("node-a", this.purged);
		this.threads.advance(DUE);
		assertThat(this.purged.purges()).hasSize(1);
		this.threads.advance(DUE);
		assertThat(this.purged.purges()).hasSize(2);
	}

	@Test
	void aPurgeWhoseLockIsBusyStopsWhenItMayHaveExpired() {
		this.purged.onPurge(10, after(seconds(25))).onRenew(10, RenewResult.BUSY);
		open("node-a", this.purged);
		this.threads.advance(DUE);
		assertThat(this.purged.purges()).hasSize(3);
	}

	@Test
	void aFailureEndsThePurgeAndNotTheSchedule() {
		this.purged.onPurge(1, () -> true).onPurge(1, () -> {
			throw ScriptedStore.unreachable();
		}).onPurge(1, () -> {
			throw new NoClassDefFoundError("a/Driver");
		});
		open("node-a", this.purged);
		this.threads.advance(DUE);
		assertThat(this.purged.purges()).hasSize(2);
		this.threads.advance(DUE);
		assertThat(this.purged.purges()).hasSize(3);
		this.threads.advance(DUE);
		assertThat(this.purged.purges()).hasSize(4);
	}

	@Test
	void aFailureToTakeTheLockDoesNotEndTheSchedule() {
		this.purged.onAcquire(ScriptedStore.failsAfterExecution());
		open("node-a", this.purged);
		this.threads.advance(DUE);
		assertThat(this.purged.purges()).isEmpty();
		this.threads.advance(DUE);
		assertThat(this.purged.purges()).hasSize(1);
	}

	@Test
	void aWarningIsGivenOnceWhilePurgesKeepFailing() {
		this.purged.onPurge(5, () -> {
			throw new LockStoreException("no right to delete", null);
		});
		open("node-a", this.purged);
		try (LogCapture log = LogCapture.of(Purges.class.getName())) {
			this.threads.advance(DUE);
			assertThat(log.messages(Level.WARN)).isEmpty();
			this.threads.advance(DUE.multipliedBy(4));
			assertThat(log.messages(Level.WARN)).singleElement().asString().contains("provider 'test'");
		}
	}

	@Test
	void failuresThatAreNotInARowAreNoReasonToWarn() {
		for (int i = 0; i < 3; i++) {
			this.purged.onPurge(1, () -> {
				throw new LockStoreException("deadlock", null);
			}).onPurge(1, () -> false);
		}
		open("node-a", this.purged);
		try (LogCapture log = LogCapture.of(Purges.class.getName())) {
			this.threads.advance(DUE.multipliedBy(6));
			assertThat(this.purged.purges()).hasSizeGreaterThanOrEqualTo(6);
			assertThat(log.messages(Level.WARN)).isEmpty();
		}
	}

	@Test
	void nothingIsPurgedAfterTheShutdown() {
		PurgingStore store = this.purged.onPurge(1, () -> true);
		LockEngine node = LockEngine.builder()
			.provider(new LockProvider("test", () -> store))
			.time(this.time)
			.threads(new EndlessThreads(this.threads))
			.build();
		node.open();
		this.purged.onPurge(1, () -> {
			node.close();
			return true;
		});
		this.threads.advance(DUE.multipliedBy(3));
		assertThat(this.purged.purges()).hasSize(2);
	}

	@Test
	void thePurgeIsNoLockOfTheApplication() {
		RecordingListener listener = new RecordingListener();
		LockEngine node = engine(
				LockEngine.builder().provider(new LockProvider("test", () -> this.purged)).listener(listener));
		List<LockInfo> held = new ArrayList<>();
		List<Boolean> idle = new ArrayList<>();
		this.purged.onPurge(1, () -> {
			held.addAll(node.held(10));
			return idle.add(node.isIdle());
		});
		node.open();
		this.threads.advance(DUE);
		assertThat(idle).containsExactly(true);
		assertThat(held).isEmpty();
		assertThat(listener.events()).isEmpty();
	}

	@Test
	void thePurgeTakesNoPlaceInABoundedList() {
		LockEngine node = open("node-a", this.purged);
		this.threads.advance(DUE);
		node.acquire(LockRequest.of(KEY));
		assertThat(this.memory.find(Purges.KEY)).isPresent();
		assertThat(node.held(1)).map(LockInfo::key).containsExactly(KEY);
		assertThat(node.held(Integer.MAX_VALUE)).map(LockInfo::key).containsExactly(KEY);
	}

	@Test
	void aStoreThatWantsToBePurgedAllTheTimeIsRefused() {
		LockEngine node = node("node-a", new PurgingStore(this.memory, this.time, Duration.ZERO));
		assertThatExceptionOfType(LockStoreException.class).isThrownBy(node::open)
			.withMessageContaining("purgeInterval is PT0S");
	}

	private PurgingStore purgingStore() {
		return new PurgingStore(this.memory, this.time, INTERVAL);
	}

	private LockEngine open(String nodeId, LockStore store) {
		LockEngine node = node(nodeId, store);
		node.open();
		return node;
	}

	/** Takes its time and finds that there is more. */
	private BooleanSupplier after(Duration duration) {
		return () -> {
			this.time.advance(duration);
			return true;
		};
	}

	/** Threads that run tasks after their engine was closed too. */
	private record EndlessThreads(EngineThreads threads) implements EngineThreads {

		@Override
		public Cancellation schedule(Duration delay, Runnable task) {
			return this.threads.schedule(delay, task);
		}

		@Override
		public Executor renewals() {
			return this.threads.renewals();
		}

		@Override
		public Executor callbacks() {
			return this.threads.callbacks();
		}

		@Override
		public Executor storeWork() {
			return this.threads.storeWork();
		}

		@Override
		public void close() {
		}

	}

}
