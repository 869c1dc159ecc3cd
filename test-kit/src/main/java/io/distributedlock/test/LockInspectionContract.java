package io.distributedlock.test;

import java.util.List;
import java.util.stream.IntStream;

import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.LockInspection;
import io.distributedlock.store.StoredLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the store says about locks is what contenders find.
 */
interface LockInspectionContract extends StoreUnderTest {

	@Test
	default void aHeldLockIsFoundAsItWasGranted() {
		LockInspection store = storeAs(LockInspection.class);
		Contender holder = newContender();
		Granted grant = holder.mustAcquire();
		holder.rival().mustNotAcquire();
		assertThat(store.find(holder.key())).hasValueSatisfying((found) -> isLockOf(found, holder, grant));
	}

	@Test
	default void aRenewedLockIsFoundWithItsNewExpiry() {
		LockInspection store = storeAs(LockInspection.class);
		Contender holder = newContender();
		Granted grant = holder.mustAcquire(units(4));
		holder.renew(Contender.LONG);
		assertThat(store.find(holder.key())).hasValueSatisfying((found) -> isLockOf(found, holder, grant));
	}

	@Test
	default void theNextHolderIsFound() {
		LockInspection store = storeAs(LockInspection.class);
		Contender first = newContender();
		first.mustAcquire();
		first.release();
		Contender next = first.rival();
		Granted grant = next.mustAcquire();
		assertThat(store.find(next.key())).hasValueSatisfying((found) -> isLockOf(found, next, grant));
	}

	@Test
	default void aFreeLockIsNotFound() {
		LockInspection store = storeAs(LockInspection.class);
		Contender holder = newContender();
		assertThat(store.find(holder.key())).isEmpty();
		holder.mustAcquire();
		holder.release();
		assertThat(store.find(holder.key())).isEmpty();
	}

	@Test
	default void anExpiredLockIsNeitherFoundNorListed() {
		LockInspection store = storeAs(LockInspection.class);
		Contender holder = newContender();
		holder.mustAcquire(units(1));
		passUnits(2);
		assertThat(store.find(holder.key())).isEmpty();
		assertThat(store.held(holder.key(), 10)).isEmpty();
	}

	@Test
	default void aLockKeptByMinHoldIsFoundUntilItIsFree() {
		LockInspection store = storeAs(LockInspection.class);
		Contender holder = newContender();
		long token = holder.mustAcquire().fencingToken();
		holder.release(units(3));
		assertThat(store.find(holder.key()))
			.hasValueSatisfying((found) -> assertThat(found.fencingToken()).isEqualTo(token));
		passUnits(4);
		assertThat(store.find(holder.key())).isEmpty();
	}

	@Test
	default void heldLocksAreListedByTheStartOfTheirKeys() {
		LockInspection store = storeAs(LockInspection.class);
		String prefix = Contender.randomKey() + ":";
		Contender released = new Contender(store(), prefix + "released");
		released.mustAcquire();
		released.release();
		Contender holder = new Contender(store(), prefix + "held");
		Granted grant = holder.mustAcquire();
		new Contender(store(), prefix + "also held").mustAcquire();
		new Contender(store(), "other:" + prefix + "held").mustAcquire();
		List<StoredLock> locks = store.held(prefix, 10);
		assertThat(locks).extracting(StoredLock::key).containsExactlyInAnyOrder(prefix + "held", prefix + "also held");
		assertThat(locks).filteredOn((each) -> each.key().equals(holder.key()))
			.singleElement()
			.satisfies((each) -> isLockOf(each, holder, grant));
	}

	@Test
	default void noMoreLocksAreListedThanAskedFor() {
		LockInspection store = storeAs(LockInspection.class);
		String prefix = Contender.randomKey() + ":";
		IntStream.range(0, 5).forEach((i) -> new Contender(store(), prefix + i).mustAcquire());
		assertThat(store.held(prefix, 1)).hasSize(1);
		assertThat(store.held(prefix, 4)).hasSize(4).doesNotHaveDuplicates();
		assertThat(store.held(prefix, 5)).hasSize(5);
		assertThat(store.held(prefix, 6)).hasSize(5);
	}

	@Test
	default void freeLocksDoNotUseUpTheLimit() {
		LockInspection store = storeAs(LockInspection.class);
		String prefix = Contender.randomKey() + ":";
		IntStream.range(0, 10).mapToObj((i) -> new Contender(store(), prefix + i)).forEach((each) -> {
			each.mustAcquire();
			each.release();
		});
		new Contender(store(), prefix + "z").mustAcquire();
		assertThat(store.held(prefix, 1)).extracting(StoredLock::key).containsExactly(prefix + "z");
	}

	@Test
	default void anEmptyPrefixListsAllLocks() {
		LockInspection store = storeAs(LockInspection.class);
		Contender holder = newContender();
		holder.mustAcquire();
		assertThat(store.held("", 100_000)).extracting(StoredLock::key).contains(holder.key());
	}

	@ParameterizedTest
	@ValueSource(strings = { "%", "_", "*", "?", "[a-z]", "\\", "'", "^", ".", "A", " " })
	default void theStartOfAKeyIsComparedLiterally(String character) {
		LockInspection store = storeAs(LockInspection.class);
		String start = Contender.randomKey();
		new Contender(store(), start + "a:other").mustAcquire();
		String prefix = start + character;
		assertThat(store.held(prefix, 10)).isEmpty();
		new Contender(store(), prefix + ":1").mustAcquire();
		new Contender(store(), prefix).mustAcquire();
		assertThat(store.held(prefix, 10)).extracting(StoredLock::key).containsExactlyInAnyOrder(prefix, prefix + ":1");
	}

	private static void isLockOf(StoredLock lock, Contender holder, Granted grant) {
		assertThat(lock.key()).isEqualTo(holder.key());
		assertThat(lock.node()).isEqualTo(holder.node());
		assertThat(lock.fencingToken()).isEqualTo(grant.fencingToken());
		assertThat(lock.acquiredAt()).isEqualTo(grant.acquiredAt());
		assertThat(lock.remaining()).isBetween(Contender.LONG.dividedBy(2), Contender.LONG);
	}

}
