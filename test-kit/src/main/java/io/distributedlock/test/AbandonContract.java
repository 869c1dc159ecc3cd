package io.distributedlock.test;

import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.RenewResult;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Taking back an acquisition of which nobody knows whether it arrived.
 */
interface AbandonContract extends StoreUnderTest {

	@Test
	default void anAbandonedGrantIsOver() {
		Contender holder = newContender();
		holder.mustAcquire();
		holder.abandon();
		assertThat(holder.renew(Contender.LONG)).isEqualTo(RenewResult.REFUSED);
		holder.rival().mustAcquire();
	}

	@Test
	default void anOwnerAbandonedInVainCanBeAbandonedAgain() {
		Contender late = newContender();
		if (!late.abandon()) {
			late.mustAcquire();
			late.abandon();
		}
		late.rival().mustAcquire();
	}

	@Test
	default void anOwnerAbandonedForGoodIsNotGrantedTheLockAfterwards() {
		Contender late = newContender();
		Assumptions.assumeTrue(late.abandon(), "This store cannot refuse an owner in advance");
		late.mustNotAcquire();
		late.mustNotAcquire();
	}

	@Test
	default void anOwnerAbandonedForGoodAfterItsGrantIsNotGrantedTheLockAgain() {
		Contender holder = newContender();
		holder.mustAcquire();
		Assumptions.assumeTrue(holder.abandon(), "This store cannot refuse an owner in advance");
		holder.mustNotAcquire();
	}

	@Test
	default void anAbandonedOwnerDoesNotKeepOthersFromTheLock() {
		Contender late = newContender();
		late.abandon();
		late.tryAcquire();
		late.abandon();
		Contender other = late.rival();
		Granted grant = other.mustAcquire();
		late.abandon();
		late.mustNotAcquire();
		assertThat(other.mustAcquire()).isEqualTo(grant);
	}

	@Test
	default void abandoningAnotherOwnerDoesNotEndTheGrant() {
		Contender holder = newContender();
		Granted grant = holder.mustAcquire();
		holder.rival().abandon();
		holder.rival().mustNotAcquire();
		assertThat(holder.mustAcquire()).isEqualTo(grant);
	}

	@Test
	default void anExpiredGrantCanBeAbandoned() {
		Contender holder = newContender();
		holder.mustAcquire(units(1));
		passUnits(2);
		holder.abandon();
		holder.rival().mustAcquire();
	}

}
