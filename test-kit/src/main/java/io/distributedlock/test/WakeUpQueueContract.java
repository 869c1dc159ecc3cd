package io.distributedlock.test;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.WakeUpQueue;
import io.distributedlock.store.WakeUpQueue.Listening;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A store that wakes waiting nodes. A single wake-up may be lost, so the tests give it
 * several chances.
 */
interface WakeUpQueueContract extends StoreUnderTest {

	/** How often a wake-up may fail to come in a test. */
	int CHANCES = 4;

	@Test
	default void queueingForAFreeLockGrantsIt() {
		WakeUpQueue store = storeAs(WakeUpQueue.class);
		Contender holder = newContender();
		Granted grant = mustAcquireOrQueue(store, holder);
		assertThat(holder.mustAcquire()).isEqualTo(grant);
		assertThat(mustAcquireOrQueue(store, holder)).isEqualTo(grant);
		holder.rival().mustNotAcquire();
		holder.release();
		holder.rival().mustAcquire();
	}

	@Test
	default void queueingForAHeldLockDoesNotGrantIt() {
		WakeUpQueue store = storeAs(WakeUpQueue.class);
		Contender holder = newContender();
		Granted grant = holder.mustAcquire();
		mustQueue(store, holder.rival());
		mustQueue(store, holder.rival());
		assertThat(holder.mustAcquire()).isEqualTo(grant);
	}

	@Test
	default void aQueuedNodeIsWokenByTheRelease() throws InterruptedException {
		WakeUpQueue store = storeAs(WakeUpQueue.class);
		isWoken(store, (waiter) -> {
			Contender holder = waiter.rival();
			holder.mustAcquire();
			mustQueue(store, waiter);
			holder.release();
		});
	}

	@Test
	default void aNodeThatAsksAgainIsQueuedOnce() throws InterruptedException {
		WakeUpQueue store = storeAs(WakeUpQueue.class);
		isWoken(store, (waiter) -> {
			Contender holder = waiter.rival();
			Contender head = waiter.rival();
			// a store may pass over a node that does not listen
			try (Listening unused = store.listen(head.node(), (key) -> {
			})) {
				holder.mustAcquire();
				mustQueue(store, head);
				mustQueue(store, head);
				mustQueue(store, waiter);
				holder.release();
				mustAcquireOrQueue(store, head);
				head.release();
			}
		});
	}

	@Test
	default void aNodeIsWokenByTheReleaseWhenTheOneBeforeItHadGivenUp() throws InterruptedException {
		WakeUpQueue store = storeAs(WakeUpQueue.class);
		isWoken(store, (waiter) -> {
			Contender holder = waiter.rival();
			Contender head = waiter.rival();
			holder.mustAcquire();
			mustQueue(store, head);
			mustQueue(store, waiter);
			store.leaveQueue(head.key(), head.node());
			holder.release();
		});
	}

	@Test
	default void aNodeIsWokenWhenTheOneBeforeItGivesUpAFreeLock() throws InterruptedException {
		WakeUpQueue store = storeAs(WakeUpQueue.class);
		isWoken(store, (waiter) -> {
			Contender holder = waiter.rival();
			Contender head = waiter.rival();
			holder.mustAcquire();
			mustQueue(store, head);
			mustQueue(store, waiter);
			holder.release();
			store.leaveQueue(head.key(), head.node());
		});
	}

	@Test
	default void theFirstInTheQueueGetsTheReleasedLock() {
		WakeUpQueue store = storeAs(WakeUpQueue.class);
		Contender holder = newContender();
		Contender head = holder.rival();
		long token = holder.mustAcquire().fencingToken();
		mustQueue(store, head);
		mustQueue(store, holder.rival());
		holder.release();
		assertThat(mustAcquireOrQueue(store, head).fencingToken()).isGreaterThan(token);
	}

	@Test
	default void aGrantTakesTheNodeOutOfTheQueue() {
		WakeUpQueue store = storeAs(WakeUpQueue.class);
		Contender holder = newContender();
		Contender waiter = holder.rival();
		holder.mustAcquire();
		mustQueue(store, waiter);
		holder.release();
		mustAcquireOrQueue(store, waiter);
		waiter.release();
		holder.rival().mustAcquire();
	}

	@Test
	default void aQueuedNodeIsWokenByAReleaseThatQueuesAgain() throws InterruptedException {
		WakeUpQueue store = storeAs(WakeUpQueue.class);
		isWoken(store, (waiter) -> {
			Contender holder = waiter.rival();
			holder.mustAcquire();
			mustQueue(store, waiter);
			assertThat(releaseAndQueue(store, holder)).isNotEqualTo(ReleaseResult.NOT_OWNED);
		});
	}

	@Test
	default void aNodeThatIsQueuedByItsReleaseIsWokenByTheNextOne() throws InterruptedException {
		WakeUpQueue store = storeAs(WakeUpQueue.class);
		isWoken(store, (waiter) -> {
			Contender other = waiter.rival();
			try (Listening unused = store.listen(other.node(), (key) -> {
			})) {
				Contender before = waiter.again();
				before.mustAcquire();
				mustQueue(store, other);
				if (releaseAndQueue(store, before) != ReleaseResult.RELEASED_AND_QUEUED) {
					mustQueue(store, waiter);
				}
				mustAcquireOrQueue(store, other);
				other.release();
			}
		});
	}

	@Test
	default void aNodeThatReleasesAndQueuesAgainComesAfterTheOthers() {
		WakeUpQueue store = storeAs(WakeUpQueue.class);
		Contender holder = newContender();
		Contender waiter = holder.rival();
		long token = holder.mustAcquire().fencingToken();
		mustQueue(store, waiter);
		releaseAndQueue(store, holder);
		assertThat(mustAcquireOrQueue(store, waiter).fencingToken()).isGreaterThan(token);
		waiter.release();
		mustAcquireOrQueue(store, holder.again());
	}

	@Test
	default void aReleaseThatQueuesAgainLeavesTheLockFreeIfNobodyElseWaits() {
		WakeUpQueue store = storeAs(WakeUpQueue.class);
		Contender holder = newContender();
		holder.mustAcquire();
		assertThat(releaseAndQueue(store, holder)).isEqualTo(ReleaseResult.RELEASED);
		assertThat(releaseAndQueue(store, holder)).isEqualTo(ReleaseResult.RELEASED);
		holder.rival().mustAcquire();
	}

	@Test
	default void aReleaseThatQueuesAgainDoesNotEndTheGrantOfAnother() {
		WakeUpQueue store = storeAs(WakeUpQueue.class);
		Contender holder = newContender();
		Granted grant = holder.mustAcquire();
		assertThat(releaseAndQueue(store, holder.rival())).isEqualTo(ReleaseResult.NOT_OWNED);
		holder.rival().mustNotAcquire();
		assertThat(holder.mustAcquire()).isEqualTo(grant);
	}

	@Test
	default void aReleaseThatQueuesAgainTellsThatTheGrantIsOverWhileTheLockIsKeptForTheNext() {
		WakeUpQueue store = storeAs(WakeUpQueue.class);
		Contender stale = newContender();
		stale.mustAcquire(units(1));
		passUnits(2);
		Contender holder = stale.rival();
		holder.mustAcquire();
		Contender waiter = stale.rival();
		try (Listening unused = store.listen(waiter.node(), (key) -> {
		})) {
			mustQueue(store, waiter);
			holder.release();
			assertThat(releaseAndQueue(store, stale)).isEqualTo(ReleaseResult.NOT_OWNED);
		}
	}

	@Test
	default void aNodeThatIsFirstInTheQueueItselfIsNotToldToWaitForOthers() {
		WakeUpQueue store = storeAs(WakeUpQueue.class);
		Contender holder = newContender();
		holder.mustAcquire();
		mustQueue(store, holder.again());
		mustQueue(store, holder.rival());
		assertThat(releaseAndQueue(store, holder)).isEqualTo(ReleaseResult.RELEASED);
		mustAcquireOrQueue(store, holder.again());
	}

	@Test
	default void queuedNodesThatNeverComeBackDoNotKeepTheLock() {
		WakeUpQueue store = storeAs(WakeUpQueue.class);
		Contender holder = newContender();
		holder.mustAcquire();
		mustQueue(store, holder.rival());
		mustQueue(store, holder.rival());
		holder.release();
		Contender other = holder.rival();
		for (int i = 0; i < 30 && !(other.tryAcquire() instanceof Granted); i++) {
			passTime(Duration.ofMillis(100));
		}
		other.mustAcquire();
	}

	@Test
	default void aQueuedNodeGetsTheExpiredLock() {
		WakeUpQueue store = storeAs(WakeUpQueue.class);
		Contender holder = newContender();
		Contender waiter = holder.rival();
		holder.mustAcquire(units(1));
		mustQueue(store, waiter);
		passUnits(2);
		mustAcquireOrQueue(store, waiter);
	}

	@Test
	default void leavingAQueueOneIsNotInDoesNothing() {
		WakeUpQueue store = storeAs(WakeUpQueue.class);
		Contender holder = newContender();
		store.leaveQueue(holder.key(), holder.node());
		Granted grant = holder.mustAcquire();
		store.leaveQueue(holder.key(), holder.node());
		store.leaveQueue(holder.key(), holder.rival().node());
		assertThat(holder.mustAcquire()).isEqualTo(grant);
	}

	private void isWoken(WakeUpQueue store, Consumer<Contender> scene) throws InterruptedException {
		for (int i = 0; i < CHANCES; i++) {
			Contender waiter = newContender();
			BlockingQueue<String> woken = new LinkedBlockingQueue<>();
			Listening listening = store.listen(waiter.node(), woken::add);
			try {
				scene.accept(waiter);
				String key = woken.poll(patience().toMillis() / CHANCES, TimeUnit.MILLISECONDS);
				if (key != null) {
					assertThat(key).isEqualTo(waiter.key());
					return;
				}
			}
			finally {
				listening.close();
			}
		}
		throw new AssertionError("The queued node was not woken, %d times in a row".formatted(CHANCES));
	}

	private static ReleaseResult releaseAndQueue(WakeUpQueue store, Contender contender) {
		return store.releaseAndQueue(contender.releaseCommand(Duration.ZERO), contender.node());
	}

	private static Granted mustAcquireOrQueue(WakeUpQueue store, Contender contender) {
		AcquireResult result = store.tryAcquireOrQueue(contender.acquireCommand(Contender.LONG));
		assertThat(result).isInstanceOf(Granted.class);
		return (Granted) result;
	}

	private static void mustQueue(WakeUpQueue store, Contender contender) {
		AcquireResult result = store.tryAcquireOrQueue(contender.acquireCommand(Contender.LONG));
		assertThat(result).isNotInstanceOf(Granted.class);
	}

}
