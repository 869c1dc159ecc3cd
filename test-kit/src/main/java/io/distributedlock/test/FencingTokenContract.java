package io.distributedlock.test;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;

import io.distributedlock.store.AcquireResult.Granted;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The numbers of the grants of one key: each is greater than all before.
 */
interface FencingTokenContract extends StoreUnderTest {

	@Test
	default void tokensGrowOverReleases() {
		Contender first = newContender();
		long last = 0;
		for (int i = 0; i < 50; i++) {
			Contender holder = first.rival();
			long token = holder.mustAcquire().fencingToken();
			assertThat(token).isGreaterThan(last);
			holder.release();
			last = token;
		}
	}

	@Test
	default void tokensGrowOverExpiry() {
		Contender first = newContender();
		long expired = first.mustAcquire(units(1)).fencingToken();
		passUnits(2);
		assertThat(first.rival().mustAcquire().fencingToken()).isGreaterThan(expired);
	}

	@Test
	default void tokensGrowOverMinHold() {
		Contender first = newContender();
		long released = first.mustAcquire().fencingToken();
		first.release(units(1));
		passUnits(2);
		assertThat(first.rival().mustAcquire().fencingToken()).isGreaterThan(released);
	}

	@Test
	default void tokensGrowOverAbandonedGrants() {
		Contender first = newContender();
		long abandoned = first.mustAcquire().fencingToken();
		first.abandon();
		assertThat(first.rival().mustAcquire().fencingToken()).isGreaterThan(abandoned);
	}

	@Test
	default void beingRefusedOrRenewedDoesNotChangeTheToken() {
		Contender holder = newContender();
		long token = holder.mustAcquire().fencingToken();
		holder.rival().mustNotAcquire();
		holder.renew(Contender.LONG);
		assertThat(holder.mustAcquire().fencingToken()).isEqualTo(token);
	}

	/**
	 * Tokens start at the store's clock, so that they grow also if the store forgot the
	 * last one.
	 */
	@Test
	default void theFirstTokenIsTheStoresClockInMicroseconds() {
		Granted grant = newContender().mustAcquire();
		Instant token = Instant.EPOCH.plus(grant.fencingToken(), ChronoUnit.MICROS);
		assertThat(Duration.between(grant.acquiredAt(), token).abs()).isLessThan(Duration.ofSeconds(1));
	}

	@Test
	default void laterTokensFollowTheStoresClock() {
		Contender first = newContender();
		Granted before = first.mustAcquire();
		first.release();
		passUnits(2);
		Granted after = first.rival().mustAcquire();
		assertThat(Duration.between(before.acquiredAt(), after.acquiredAt())).isGreaterThan(units(1));
		assertThat(after.fencingToken() - before.fencingToken())
			.isGreaterThan(TimeUnit.NANOSECONDS.toMicros(units(1).toNanos()));
	}

	/** Some clients keep numbers as doubles. */
	@Test
	default void tokensFitIntoADouble() {
		assertThat(newContender().mustAcquire().fencingToken()).isBetween(1L, (1L << 53) - 1);
	}

}
