package io.distributedlock.test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.AcquireResult.Busy;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewResult;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each step is atomic: whatever comes at the same time, it is as if one came after the
 * other.
 */
interface RaceContract extends StoreUnderTest {

	/** How many threads contend. */
	int THREADS = 6;

	/** How often each of them gets the lock, and how often a short race is run. */
	int ROUNDS = 30;

	@Test
	default void manyThreadsHoldTheLockOneAtATimeAndTheirTokensGrow() {
		long seed = Long.getLong("distributed-lock.test.seed", System.nanoTime());
		System.out.println("Race of " + getClass().getSimpleName() + " with -Ddistributed-lock.test.seed=" + seed);
		Contender first = newContender();
		Witness witness = new Witness();
		List<RaceRunner> runners = IntStream.range(0, THREADS)
			.mapToObj((i) -> new RaceRunner(first, witness, new Random(seed + i), ROUNDS, patience()))
			.toList();
		Race.run(runners);
		assertThat(witness.grants()).as("grants in the race with seed %d", seed).isEqualTo(THREADS * ROUNDS);
		first.mustAcquire();
	}

	@Test
	default void aLockNeverUsedBeforeIsGrantedToOneOfManyAtOnce() {
		for (int i = 0; i < ROUNDS; i++) {
			oneOfManyGets(newContender());
		}
	}

	@Test
	default void aReleasedLockIsGrantedToOneOfManyAtOnce() {
		for (int i = 0; i < ROUNDS; i++) {
			Contender holder = newContender();
			holder.mustAcquire();
			holder.release();
			oneOfManyGets(holder);
		}
	}

	@Test
	default void anExpiredLockIsGrantedToOneOfManyAtOnce() {
		List<Contender> dead = Stream.generate(this::newContender).limit(ROUNDS).toList();
		dead.forEach((each) -> each.mustAcquire(units(1)));
		passUnits(2);
		dead.forEach(this::oneOfManyGets);
	}

	@Test
	default void anAcquireReplayedAtTheSameTimeIsOneGrant() {
		for (int i = 0; i < ROUNDS; i++) {
			Contender holder = newContender();
			List<AcquireResult> results = Race.<AcquireResult>run(List.of(holder::tryAcquire, holder::tryAcquire));
			Granted grant = holder.mustAcquire();
			assertThat(results).allMatch((each) -> each.equals(grant) || each.equals(new Busy()));
			holder.rival().mustNotAcquire();
		}
	}

	@Test
	default void anAcquireThatMeetsAReleaseIsGrantedNowOrNextTime() {
		for (int i = 0; i < ROUNDS; i++) {
			Contender holder = newContender();
			Contender next = holder.rival();
			long released = holder.mustAcquire().fencingToken();
			List<Object> results = Race.run(List.of(holder::release, next::tryAcquire));
			assertThat(results.get(0)).isEqualTo(ReleaseResult.RELEASED);
			Granted grant = next.mustAcquire();
			assertThat(grant.fencingToken()).isGreaterThan(released);
			if (results.get(1) instanceof Granted early) {
				assertThat(grant).isEqualTo(early);
			}
			holder.rival().mustNotAcquire();
		}
	}

	@Test
	default void aReplayedReleaseThatMeetsTheNextAcquireDoesNotFreeItsGrant() {
		for (int i = 0; i < ROUNDS; i++) {
			Contender holder = newContender();
			Contender next = holder.rival();
			holder.mustAcquire();
			holder.release();
			Race.<Object>run(List.of(holder::release, next::tryAcquire));
			next.mustAcquire();
			holder.rival().mustNotAcquire();
		}
	}

	@Test
	default void aRenewalThatMeetsTheReleaseDoesNotReviveTheGrant() {
		for (int i = 0; i < ROUNDS; i++) {
			Contender holder = newContender();
			holder.mustAcquire();
			List<Object> results = Race
				.run(List.of((Callable<Object>) () -> holder.renew(Contender.LONG), holder::release));
			assertThat(results.get(1)).isEqualTo(ReleaseResult.RELEASED);
			assertThat(holder.renew(Contender.LONG)).isEqualTo(RenewResult.REFUSED);
			holder.rival().mustAcquire();
		}
	}

	private void oneOfManyGets(Contender lock) {
		List<Contender> contenders = new ArrayList<>();
		IntStream.range(0, THREADS).forEach((i) -> contenders.add(lock.rival()));
		List<AcquireResult> results = Race
			.run(contenders.stream().map((each) -> (Callable<AcquireResult>) each::tryAcquire).toList());
		assertThat(results).filteredOn(Granted.class::isInstance).hasSizeLessThanOrEqualTo(1);
		List<AcquireResult> again = contenders.stream().map(Contender::tryAcquire).toList();
		assertThat(again).filteredOn(Granted.class::isInstance).hasSize(1);
		assertThat(again).containsAll(results.stream().filter(Granted.class::isInstance).toList());
	}

}
