package io.distributedlock.test;

import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.RenewResult;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Renewals prolong the grant in force of their own owner and do nothing else.
 */
interface RenewalContract extends StoreUnderTest {

	@Test
	default void aRenewalProlongsTheGrant() {
		Contender holder = newContender();
		Granted grant = holder.mustAcquire(units(2));
		assertThat(holder.renew(Contender.LONG)).isEqualTo(RenewResult.RENEWED);
		passUnits(3);
		holder.rival().mustNotAcquire();
		assertThat(holder.mustAcquire()).isEqualTo(grant);
	}

	@Test
	default void aRenewedGrantLastsOneTtlFromTheRenewal() {
		Contender holder = newContender();
		holder.mustAcquire(units(3));
		passUnits(1);
		assertThat(holder.renew(units(4))).isEqualTo(RenewResult.RENEWED);
		passUnits(5);
		holder.rival().mustAcquire();
	}

	@Test
	default void aGrantRenewedInTimeGoesOnAndOn() {
		Contender holder = newContender();
		Granted grant = holder.mustAcquire(units(3));
		for (int i = 0; i < 5; i++) {
			passUnits(1);
			assertThat(holder.renew(units(3))).isEqualTo(RenewResult.RENEWED);
		}
		holder.rival().mustNotAcquire();
		assertThat(holder.mustAcquire()).isEqualTo(grant);
	}

	@Test
	default void aRenewalNeverShortensTheGrant() {
		Contender holder = newContender();
		holder.mustAcquire();
		assertThat(holder.renew(units(1))).isEqualTo(RenewResult.RENEWED);
		passUnits(2);
		holder.rival().mustNotAcquire();
		assertThat(holder.renew(units(1))).isEqualTo(RenewResult.RENEWED);
	}

	@Test
	default void aRenewalByAnotherIsRefusedAndDoesNotProlongTheGrant() {
		Contender holder = newContender();
		holder.mustAcquire(units(2));
		assertThat(holder.rival().renew(Contender.LONG)).isEqualTo(RenewResult.REFUSED);
		passUnits(3);
		holder.rival().mustAcquire();
	}

	@Test
	default void aRenewalByAnotherDoesNotTakeTheGrantAway() {
		Contender holder = newContender();
		Granted grant = holder.mustAcquire();
		assertThat(holder.rival().renew(units(1))).isEqualTo(RenewResult.REFUSED);
		assertThat(holder.mustAcquire()).isEqualTo(grant);
		passUnits(2);
		holder.rival().mustNotAcquire();
	}

	@Test
	default void aRenewalOfALockNeverGrantedIsRefusedAndDoesNotTakeIt() {
		Contender contender = newContender();
		assertThat(contender.renew(Contender.LONG)).isEqualTo(RenewResult.REFUSED);
		contender.rival().mustAcquire();
	}

	@Test
	default void aRenewalDoesNotReviveAReleasedGrant() {
		Contender holder = newContender();
		holder.mustAcquire();
		holder.release();
		assertThat(holder.renew(Contender.LONG)).isEqualTo(RenewResult.REFUSED);
		holder.rival().mustAcquire();
	}

	@Test
	default void aRenewalDoesNotReviveAnExpiredGrant() {
		Contender holder = newContender();
		holder.mustAcquire(units(1));
		passUnits(2);
		assertThat(holder.renew(Contender.LONG)).isEqualTo(RenewResult.REFUSED);
		holder.rival().mustAcquire();
	}

	@Test
	default void aRenewalOfAGrantTakenOverIsRefusedAndHarmsNobody() {
		Contender holder = newContender();
		holder.mustAcquire(units(1));
		passUnits(2);
		Contender next = holder.rival();
		Granted grant = next.mustAcquire();
		assertThat(holder.renew(Contender.LONG)).isEqualTo(RenewResult.REFUSED);
		assertThat(next.mustAcquire()).isEqualTo(grant);
		assertThat(next.renew(Contender.LONG)).isEqualTo(RenewResult.RENEWED);
	}

	@Test
	default void aRenewedGrantCanBeReleased() {
		Contender holder = newContender();
		holder.mustAcquire();
		holder.renew(Contender.LONG);
		holder.release();
		holder.rival().mustAcquire();
	}

}
