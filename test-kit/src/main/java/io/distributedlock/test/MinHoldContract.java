package io.distributedlock.test;

import java.time.Duration;

import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.AcquireResult.Held;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewResult;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A released lock that stays taken until some time after its grant.
 */
interface MinHoldContract extends StoreUnderTest {

	@Test
	default void minHoldKeepsTheLockForLessThanTheTtl() {
		Contender holder = newContender();
		holder.mustAcquire();
		assertThat(holder.release(units(3))).isEqualTo(ReleaseResult.RELEASED);
		holder.rival().mustNotAcquire();
		passUnits(4);
		holder.rival().mustAcquire();
	}

	@Test
	default void minHoldKeepsTheLockForMoreThanTheTtl() {
		Contender holder = newContender();
		holder.mustAcquire(units(1));
		assertThat(holder.release(units(5))).isEqualTo(ReleaseResult.RELEASED);
		passUnits(2);
		holder.rival().mustNotAcquire();
		passUnits(4);
		holder.rival().mustAcquire();
	}

	@Test
	default void minHoldCountsFromTheGrantNotFromTheRelease() {
		Contender holder = newContender();
		holder.mustAcquire();
		passUnits(3);
		holder.release(units(4));
		passUnits(2);
		holder.rival().mustAcquire();
	}

	@Test
	default void minHoldThatHasPassedFreesTheLockAtOnce() {
		Contender holder = newContender();
		holder.mustAcquire();
		passUnits(2);
		assertThat(holder.release(units(1))).isEqualTo(ReleaseResult.RELEASED);
		holder.rival().mustAcquire();
	}

	@Test
	default void minHoldCountsFromTheGrantAlsoAfterARenewal() {
		Contender holder = newContender();
		holder.mustAcquire();
		passUnits(2);
		holder.renew(Contender.LONG);
		assertThat(holder.release(units(1))).isEqualTo(ReleaseResult.RELEASED);
		holder.rival().mustAcquire();
	}

	@Test
	default void aLockKeptByMinHoldIsRefusedForTheRestOfIt() {
		Contender holder = newContender();
		holder.mustAcquire();
		holder.release(Duration.ofMinutes(1));
		if (holder.rival().tryAcquire() instanceof Held held) {
			assertThat(held.remaining()).isBetween(Duration.ofSeconds(30), Duration.ofMinutes(1));
		}
	}

	@Test
	default void aLockKeptByMinHoldCannotBeRenewed() {
		Contender holder = newContender();
		holder.mustAcquire();
		holder.release(units(3));
		assertThat(holder.renew(Contender.LONG)).isEqualTo(RenewResult.REFUSED);
		passUnits(4);
		holder.rival().mustAcquire();
	}

	@Test
	default void aLockKeptByMinHoldIsNotGrantedToItsFormerOwner() {
		Contender holder = newContender();
		holder.mustAcquire();
		holder.release(units(3));
		holder.mustNotAcquire();
		passUnits(4);
		holder.rival().mustAcquire();
	}

	@Test
	default void aRepeatedReleaseWithMinHoldHasTheSameResult() {
		Contender holder = newContender();
		holder.mustAcquire();
		assertThat(holder.release(units(4))).isEqualTo(ReleaseResult.RELEASED);
		assertThat(holder.release(units(4))).isEqualTo(ReleaseResult.RELEASED);
		holder.rival().mustNotAcquire();
		passUnits(2);
		assertThat(holder.release(units(4))).isEqualTo(ReleaseResult.RELEASED);
		passUnits(3);
		Contender next = holder.rival();
		Granted grant = next.mustAcquire();
		holder.release(units(4));
		assertThat(next.mustAcquire()).isEqualTo(grant);
	}

	@Test
	default void aReleaseByAnotherDoesNotEndMinHold() {
		Contender holder = newContender();
		holder.mustAcquire();
		holder.release(Contender.LONG);
		assertThat(holder.rival().release()).isEqualTo(ReleaseResult.NOT_OWNED);
		holder.rival().mustNotAcquire();
	}

}
