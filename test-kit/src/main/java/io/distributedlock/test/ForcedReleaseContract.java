package io.distributedlock.test;

import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.ForcedRelease;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewResult;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An administrator ends a grant against its owner's will.
 */
interface ForcedReleaseContract extends StoreUnderTest {

	@Test
	default void aForcedReleaseFreesTheLockAndTheTokenGrows() {
		ForcedRelease store = storeAs(ForcedRelease.class);
		Contender holder = newContender();
		Granted ended = holder.mustAcquire();
		assertThat(store.forceRelease(holder.key())).isTrue();
		assertThat(holder.rival().mustAcquire().fencingToken()).isGreaterThan(ended.fencingToken());
	}

	@Test
	default void aFreeLockCannotBeForced() {
		ForcedRelease store = storeAs(ForcedRelease.class);
		Contender holder = newContender();
		assertThat(store.forceRelease(holder.key())).isFalse();
		holder.mustAcquire();
		holder.release();
		assertThat(store.forceRelease(holder.key())).isFalse();
		holder.rival().mustAcquire(units(1));
		passUnits(2);
		assertThat(store.forceRelease(holder.key())).isFalse();
		holder.rival().mustAcquire();
	}

	@Test
	default void aLockIsForcedOnce() {
		ForcedRelease store = storeAs(ForcedRelease.class);
		Contender holder = newContender();
		holder.mustAcquire();
		assertThat(store.forceRelease(holder.key())).isTrue();
		assertThat(store.forceRelease(holder.key())).isFalse();
	}

	@Test
	default void theFormerHolderCannotRenewOrReleaseAfterAForcedRelease() {
		ForcedRelease store = storeAs(ForcedRelease.class);
		Contender holder = newContender();
		holder.mustAcquire();
		store.forceRelease(holder.key());
		assertThat(holder.renew(Contender.LONG)).isEqualTo(RenewResult.REFUSED);
		assertThat(holder.release(Contender.LONG)).isEqualTo(ReleaseResult.NOT_OWNED);
		Contender next = holder.rival();
		Granted grant = next.mustAcquire();
		assertThat(holder.renew(Contender.LONG)).isEqualTo(RenewResult.REFUSED);
		assertThat(holder.release()).isEqualTo(ReleaseResult.NOT_OWNED);
		assertThat(next.mustAcquire()).isEqualTo(grant);
	}

	@Test
	default void aForcedReleaseEndsMinHold() {
		ForcedRelease store = storeAs(ForcedRelease.class);
		Contender holder = newContender();
		holder.mustAcquire();
		holder.release(Contender.LONG);
		assertThat(store.forceRelease(holder.key())).isTrue();
		holder.rival().mustAcquire();
	}

	@Test
	default void aForcedReleaseConcernsOneKeyOnly() {
		ForcedRelease store = storeAs(ForcedRelease.class);
		Contender holder = newContender();
		Contender other = newContender();
		holder.mustAcquire();
		Granted grant = other.mustAcquire();
		store.forceRelease(holder.key());
		assertThat(other.mustAcquire()).isEqualTo(grant);
		other.rival().mustNotAcquire();
	}

}
