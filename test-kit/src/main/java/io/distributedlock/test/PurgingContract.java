package io.distributedlock.test;

import java.util.List;
import java.util.stream.Stream;

import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.Purging;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewResult;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A purge forgets what nobody needs, and nothing else.
 */
interface PurgingContract extends StoreUnderTest {

	/** Many more calls than it takes to look at all locks of a test. */
	int MANY_CALLS = 10_000;

	@Test
	default void aPurgeComesToAnEnd() {
		Purging store = storeAs(Purging.class);
		assertThat(store.purgeInterval()).isPositive();
		for (int purge = 0; purge < 3; purge++) {
			int calls = 1;
			while (store.purgeSome()) {
				assertThat(++calls).isLessThan(MANY_CALLS);
			}
		}
	}

	@Test
	default void aPurgeConcernsNoLockInUse() {
		Purging store = storeAs(Purging.class);
		List<Contender> holders = Stream.generate(this::newContender).limit(20).toList();
		holders.forEach(Contender::mustAcquire);
		purge(store);
		holders.forEach((each) -> each.rival().mustNotAcquire());
		assertThat(holders).allMatch((each) -> each.renew(Contender.LONG) == RenewResult.RENEWED);
	}

	@Test
	default void aPurgeDoesNotLetTokensStartAgain() {
		Purging store = storeAs(Purging.class);
		Contender first = newContender();
		Granted grant = first.mustAcquire();
		first.release();
		purge(store);
		assertThat(first.rival().mustAcquire().fencingToken()).isGreaterThan(grant.fencingToken());
	}

	/** The one that the engine locks while it purges. */
	@Test
	default void aKeyThatStartsWithAControlCharacterIsALockLikeAnyOther() {
		storeAs(Purging.class);
		Contender holder = new Contender(store(), "\u0001" + Contender.randomKey());
		holder.mustAcquire();
		holder.rival().mustNotAcquire();
		assertThat(holder.renew(Contender.LONG)).isEqualTo(RenewResult.RENEWED);
		assertThat(holder.release(Contender.LONG)).isEqualTo(ReleaseResult.RELEASED);
		holder.rival().mustNotAcquire();
	}

	private static void purge(Purging store) {
		for (int calls = 0; calls < MANY_CALLS; calls++) {
			if (!store.purgeSome()) {
				return;
			}
		}
	}

}
