package io.distributedlock.test;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.distributedlock.store.LockStore;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link LockStore} promises, as tests. A provider extends this class and says
 * how to reach its store:
 *
 * <pre>
 * class MyLockStoreTests extends LockStoreContract {
 *
 *     &#64;Override
 *     public LockStore store() {
 *         return this.store;
 *     }
 *
 *     &#64;Override
 *     public Optional&lt;LockStore&gt; unreachableStore() {
 *         return Optional.of(new MyLockStore("localhost:1", Duration.ofMillis(500)));
 *     }
 *
 * }
 * </pre>
 *
 * Each test uses keys, owners and nodes of its own, so the store may hold other locks and
 * need not be emptied. Tests of an interface that the store does not implement are
 * reported as aborted. The tests come from one interface per topic, and cannot be
 * weakened one by one without it being seen in the subclass.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class LockStoreContract implements GrantContract, ReleaseContract, MinHoldContract, RenewalContract,
		AbandonContract, FencingTokenContract, KeyContract, RaceContract, OutageContract, BatchRenewalContract,
		LockInspectionContract, ForcedReleaseContract, WakeUpQueueContract, PurgingContract, StoreProbeContract {

	/**
	 * Returns the store to test. Whether it is a new one for each test is up to the
	 * provider; the contract does not close it.
	 * @return the same store each time it is called within one test
	 */
	@Override
	public abstract LockStore store();

	/**
	 * Returns a store of the same kind whose server does not answer, with a store timeout
	 * of some seconds at most.
	 * @return empty if the store has no server; the outage is not tested then
	 */
	@Override
	public abstract Optional<LockStore> unreachableStore();

	/**
	 * Lets time pass for the store. Really waits; a store with an injected clock advances
	 * it instead.
	 * @param duration how much time
	 */
	@Override
	public void passTime(Duration duration) {
		try {
			TimeUnit.NANOSECONDS.sleep(duration.toNanos());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError("Interrupted while time passed", ex);
		}
	}

	/**
	 * Returns the time the short leases of the tests are measured in. A test takes a few
	 * units. A few steps of the store have to be done within one unit, also on a busy
	 * machine, and the store has to be able to end a lease as exactly as that.
	 * @return half a second
	 */
	@Override
	public Duration unit() {
		return Duration.ofMillis(500);
	}

	/**
	 * Returns how long, in real time, a test waits for what has to happen sooner or
	 * later: a turn among contending threads, a wake-up.
	 * @return 20 seconds
	 */
	@Override
	public Duration patience() {
		return Duration.ofSeconds(20);
	}

}
