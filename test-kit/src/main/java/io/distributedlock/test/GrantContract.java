package io.distributedlock.test;

import java.time.Duration;

import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.AcquireResult.Busy;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.AcquireResult.Held;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who is granted the lock, and for how long.
 */
interface GrantContract extends StoreUnderTest {

	@Test
	default void aLockIsGrantedToOneOwnerOnly() {
		Contender holder = newContender();
		holder.mustAcquire();
		holder.rival().mustNotAcquire();
		holder.rival().mustNotAcquire();
	}

	@Test
	default void whoeverIsRefusedLearnsWhoHoldsTheLockOrThatItIsBusy() {
		Contender holder = newContender();
		Granted grant = holder.mustAcquire();
		AcquireResult result = holder.rival().tryAcquire();
		if (result instanceof Held held) {
			assertThat(held.node()).isEqualTo(holder.node());
			assertThat(held.fencingToken()).isEqualTo(grant.fencingToken());
			assertThat(held.remaining()).isBetween(Contender.LONG.dividedBy(2), Contender.LONG);
		}
		else {
			assertThat(result).isEqualTo(new Busy());
		}
	}

	@Test
	default void beingRefusedChangesNothing() {
		Contender holder = newContender();
		holder.mustAcquire(units(2));
		holder.rival().mustNotAcquire();
		passUnits(3);
		holder.rival().mustAcquire();
	}

	@Test
	default void aReplayedAcquireReturnsTheGrantInForce() {
		Contender holder = newContender();
		Granted grant = holder.mustAcquire();
		assertThat(holder.mustAcquire()).isEqualTo(grant);
		assertThat(holder.mustAcquire()).isEqualTo(grant);
		holder.rival().mustNotAcquire();
	}

	@Test
	default void aReplayedAcquireStillReturnsTheGrantLater() {
		Contender holder = newContender();
		Granted grant = holder.mustAcquire();
		passUnits(1);
		assertThat(holder.mustAcquire()).isEqualTo(grant);
	}

	@Test
	default void aReplayedAcquireDoesNotProlongTheGrant() {
		Contender holder = newContender();
		holder.mustAcquire(units(2));
		holder.mustAcquire(Contender.LONG);
		passUnits(3);
		holder.rival().mustAcquire();
	}

	@Test
	default void aReplayedAcquireDoesNotShortenTheGrant() {
		Contender holder = newContender();
		holder.mustAcquire();
		holder.mustAcquire(units(1));
		passUnits(2);
		holder.rival().mustNotAcquire();
	}

	@Test
	default void aGrantIsReplayedOnceAndReleasedOnce() {
		Contender holder = newContender();
		holder.mustAcquire();
		holder.mustAcquire();
		holder.release();
		holder.rival().mustAcquire();
	}

	@Test
	default void aGrantLastsForItsTtl() {
		Contender holder = newContender();
		Granted grant = holder.mustAcquire(units(4));
		passUnits(1);
		holder.rival().mustNotAcquire();
		assertThat(holder.mustAcquire()).isEqualTo(grant);
	}

	@Test
	default void anExpiredGrantFreesTheLock() {
		Contender holder = newContender();
		holder.mustAcquire(units(1));
		passUnits(2);
		Contender next = holder.rival();
		next.mustAcquire();
		holder.rival().mustNotAcquire();
	}

	@Test
	default void aLockExpiresEachTimeItIsLeftAlone() {
		Contender first = newContender();
		first.mustAcquire(units(1));
		passUnits(2);
		first.rival().mustAcquire(units(1));
		passUnits(2);
		first.rival().mustAcquire();
	}

	@Test
	default void anOwnerWhoseGrantExpiredGetsAnotherOne() {
		Contender holder = newContender();
		Granted expired = holder.mustAcquire(units(1));
		passUnits(2);
		Granted grant = holder.mustAcquire();
		assertThat(grant.fencingToken()).isGreaterThan(expired.fencingToken());
		assertThat(Duration.between(expired.acquiredAt(), grant.acquiredAt())).isGreaterThan(units(1));
	}

	@Test
	default void anOwnerWhoseGrantWasTakenOverDoesNotGetItBack() {
		Contender holder = newContender();
		holder.mustAcquire(units(1));
		passUnits(2);
		holder.rival().mustAcquire();
		holder.mustNotAcquire();
	}

	@Test
	default void locksOfDifferentKeysAreIndependent() {
		Contender one = newContender();
		Contender other = newContender();
		one.mustAcquire();
		Granted grant = other.mustAcquire();
		one.release();
		assertThat(other.mustAcquire()).isEqualTo(grant);
		other.rival().mustNotAcquire();
		one.rival().mustAcquire();
	}

}
