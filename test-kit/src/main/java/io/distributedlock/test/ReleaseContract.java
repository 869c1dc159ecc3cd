package io.distributedlock.test;

import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.ReleaseResult;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How a grant ends before its time, and whose.
 */
interface ReleaseContract extends StoreUnderTest {

	@Test
	default void aReleaseFreesTheLock() {
		Contender holder = newContender();
		holder.mustAcquire();
		assertThat(holder.release()).isEqualTo(ReleaseResult.RELEASED);
		holder.rival().mustAcquire();
	}

	@Test
	default void aLockCanBeTakenAndReleasedAgainAndAgain() {
		Contender first = newContender();
		for (int i = 0; i < 5; i++) {
			Contender holder = first.rival();
			holder.mustAcquire();
			first.rival().mustNotAcquire();
			assertThat(holder.release()).isEqualTo(ReleaseResult.RELEASED);
		}
	}

	@Test
	default void aReleaseByAnotherDoesNothing() {
		Contender holder = newContender();
		Granted grant = holder.mustAcquire();
		assertThat(holder.rival().release()).isEqualTo(ReleaseResult.NOT_OWNED);
		assertThat(holder.rival().release(units(1))).isEqualTo(ReleaseResult.NOT_OWNED);
		holder.rival().mustNotAcquire();
		assertThat(holder.mustAcquire()).isEqualTo(grant);
	}

	@Test
	default void aReleaseByAnotherWithMinHoldDoesNotKeepAnExpiredLock() {
		Contender holder = newContender();
		holder.mustAcquire(units(2));
		assertThat(holder.rival().release(Contender.LONG)).isEqualTo(ReleaseResult.NOT_OWNED);
		passUnits(3);
		holder.rival().mustAcquire();
	}

	@Test
	default void aReleaseOfALockNeverGrantedDoesNothing() {
		Contender contender = newContender();
		assertThat(contender.release()).isEqualTo(ReleaseResult.NOT_OWNED);
		assertThat(contender.release(Contender.LONG)).isEqualTo(ReleaseResult.NOT_OWNED);
		contender.rival().mustAcquire();
	}

	@Test
	default void aRepeatedReleaseHasTheSameResult() {
		Contender holder = newContender();
		holder.mustAcquire();
		assertThat(holder.release()).isEqualTo(ReleaseResult.RELEASED);
		assertThat(holder.release()).isEqualTo(ReleaseResult.RELEASED);
		assertThat(holder.release()).isEqualTo(ReleaseResult.RELEASED);
		holder.rival().mustAcquire();
	}

	@Test
	default void aRepeatedReleaseDoesNotHarmTheNextHolder() {
		Contender holder = newContender();
		holder.mustAcquire();
		holder.release();
		Contender next = holder.rival();
		Granted grant = next.mustAcquire();
		holder.release();
		holder.release(units(1));
		holder.rival().mustNotAcquire();
		assertThat(next.mustAcquire()).isEqualTo(grant);
		passUnits(2);
		holder.rival().mustNotAcquire();
	}

	@Test
	default void aReleaseOfAnExpiredGrantSaysThatItWasLost() {
		Contender holder = newContender();
		holder.mustAcquire(units(1));
		passUnits(2);
		assertThat(holder.release()).isEqualTo(ReleaseResult.NOT_OWNED);
		holder.rival().mustAcquire();
	}

	@Test
	default void aReleaseOfAGrantTakenOverSaysThatItWasLostAndHarmsNobody() {
		Contender holder = newContender();
		holder.mustAcquire(units(1));
		passUnits(2);
		Contender next = holder.rival();
		Granted grant = next.mustAcquire();
		assertThat(holder.release()).isEqualTo(ReleaseResult.NOT_OWNED);
		holder.rival().mustNotAcquire();
		assertThat(next.mustAcquire()).isEqualTo(grant);
	}

}
