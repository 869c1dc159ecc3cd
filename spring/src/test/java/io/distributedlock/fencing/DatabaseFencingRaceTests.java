package io.distributedlock.fencing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import io.distributedlock.StaleFencingTokenException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.transaction.TransactionDefinition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * The guard in transactions that run at the same time, on some database.
 */
@Timeout(180)
abstract class DatabaseFencingRaceTests {

	private static final int READ_COMMITTED = TransactionDefinition.ISOLATION_READ_COMMITTED;

	private static final int REPEATABLE_READ = TransactionDefinition.ISOLATION_REPEATABLE_READ;

	private static final int SERIALIZABLE = TransactionDefinition.ISOLATION_SERIALIZABLE;

	private static final int THREADS = 8;

	private static final int ROUNDS = 100;

	private static final long NOW = FenceDatabase.issued(Duration.ZERO);

	final FenceDatabase fences;

	private final Background background = new Background();

	private final Random random;

	DatabaseFencingRaceTests(FenceDatabase fences) {
		this.fences = fences;
		long seed = System.nanoTime();
		this.random = new Random(seed);
		System.out.printf("%s: seed %d%n", getClass().getSimpleName(), seed);
	}

	@AfterEach
	void close() {
		this.background.close();
		this.fences.close();
	}

	@Test
	void whatWasWrittenUnderAGreaterTokenIsNeverOverwrittenUnderASmallerOne() throws Exception {
		this.fences.database.execute("create table written (id int primary key, token bigint not null)");
		this.fences.database.execute("insert into written values (1, 0)");
		AtomicInteger accepted = new AtomicInteger();
		AtomicInteger refused = new AtomicInteger();
		inRounds((random, round) -> {
			long token = NOW + 10L * round + random.nextInt(50);
			try {
				this.fences.transaction(READ_COMMITTED).executeWithoutResult((status) -> {
					this.fences.guard.check("order", token);
					assertThat(this.fences.jdbc.queryForObject("select token from written", Long.class))
						.isLessThanOrEqualTo(token);
					this.fences.jdbc.update("update written set token = ?", token);
				});
				accepted.incrementAndGet();
			}
			catch (StaleFencingTokenException ex) {
				refused.incrementAndGet();
			}
		});
		assertThat(accepted).hasPositiveValue();
		assertThat(refused).hasPositiveValue();
	}

	/** Rolled back or not: their rows are there already. */
	@ParameterizedTest
	@ValueSource(ints = { READ_COMMITTED, REPEATABLE_READ })
	void checksDoNotDeadlock(int isolation) throws Exception {
		for (int i = 0; i < 3; i++) {
			this.fences.check("order:" + i, NOW);
		}
		checkTogether(isolation, (random, round) -> "order:" + random.nextInt(3), Rollbacks.SOME);
	}

	@ParameterizedTest
	@ValueSource(ints = { READ_COMMITTED, REPEATABLE_READ })
	void firstChecksOfOneResourceDoNotDeadlock(int isolation) throws Exception {
		checkTogether(isolation, (random, round) -> "order:%d:%d".formatted(round * 7919 % 1000, random.nextInt(2)),
				Rollbacks.NONE);
	}

	@ParameterizedTest
	@ValueSource(ints = { READ_COMMITTED, REPEATABLE_READ })
	void firstChecksOfNeighboursDoNotDeadlock(int isolation) throws Exception {
		AtomicInteger calls = new AtomicInteger();
		checkTogether(isolation,
				(random, round) -> "order:%d:%d".formatted(round * 7919 % 1000, calls.incrementAndGet()),
				Rollbacks.SOME);
	}

	private void checkTogether(int isolation, Resources resources, Rollbacks rollbacks) throws Exception {
		CyclicBarrier start = new CyclicBarrier(THREADS);
		AtomicLong tokens = new AtomicLong(NOW);
		inRounds((random, round) -> {
			String resource = resources.of(random, round);
			start.await(60, TimeUnit.SECONDS);
			try {
				this.fences.transaction(isolation).executeWithoutResult((status) -> {
					this.fences.guard.check(resource, tokens.incrementAndGet());
					if (rollbacks == Rollbacks.SOME && random.nextInt(4) == 0) {
						status.setRollbackOnly();
					}
				});
			}
			catch (StaleFencingTokenException ex) {
				// It was overtaken.
			}
			catch (ConcurrencyFailureException ex) {
				if (isolation == READ_COMMITTED || !tellsConflicts()) {
					throw ex;
				}
			}
		});
	}

	/** Returns whether transactions above READ COMMITTED fail if others come first. */
	boolean tellsConflicts() {
		return false;
	}

	@ParameterizedTest
	@ValueSource(ints = { READ_COMMITTED, REPEATABLE_READ, SERIALIZABLE })
	void aStaleTokenIsNotAcceptedInATransactionThatBeganBeforeItWasStale(int isolation) {
		this.fences.check("order", NOW);
		assertThat(checkedInASnapshotBefore(NOW + 2, NOW + 1, isolation))
			.isInstanceOfAny(StaleFencingTokenException.class, ConcurrencyFailureException.class);
		assertThat(this.fences.token("order")).isEqualTo(NOW + 2);
	}

	@ParameterizedTest
	@ValueSource(ints = { READ_COMMITTED, REPEATABLE_READ, SERIALIZABLE })
	void aValidTokenIsNeverCalledStaleInATransactionThatBeganBeforeTheLastCheck(int isolation) {
		this.fences.check("order", NOW);
		RuntimeException failure = checkedInASnapshotBefore(NOW + 1, NOW + 2, isolation);
		if (failure != null) {
			assertThat(failure).isInstanceOf(ConcurrencyFailureException.class);
			assertThat(tellsConflicts() && isolation != READ_COMMITTED).isTrue();
		}
	}

	private RuntimeException checkedInASnapshotBefore(long otherToken, long token, int isolation) {
		return catchThrowableOfType(RuntimeException.class,
				() -> this.fences.transaction(isolation).executeWithoutResult((status) -> {
					this.fences.jdbc.queryForObject(
							"select count(*) from distributed_lock_fence where resource = 'none'", Long.class);
					runAside(() -> this.fences.check("order", otherToken));
					this.fences.guard.check("order", token);
				}));
	}

	@Test
	void aCheckThatWaitsForThePurgeRefusesTheOldToken() throws Exception {
		long old = FenceDatabase.issued(Duration.ofDays(15));
		this.fences.insert("order", old, old);
		List<Future<?>> stale = new ArrayList<>();
		this.fences.transaction(READ_COMMITTED).executeWithoutResult((status) -> {
			this.fences.jdbc.update("delete from distributed_lock_fence where resource = 'order'");
			stale.add(this.background.start(() -> this.fences.check("order", old - 1)));
			LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
		});
		assertThatExceptionOfType(StaleFencingTokenException.class).isThrownBy(() -> Background.await(stale.get(0)))
			.satisfies((refused) -> assertThat(refused.highestToken())
				.isGreaterThan(FenceDatabase.issued(Duration.ofDays(8))));
	}

	@Test
	void checksAmongPurgesLetNoOldTokenIn() throws Exception {
		Duration retention = Duration.ofMillis(150);
		FenceDatabase forgetful = this.fences.with(retention);
		AtomicInteger refusedByRow = new AtomicInteger();
		AtomicInteger refusedByAge = new AtomicInteger();
		Future<?> purges = this.background.start(() -> {
			while (!Thread.currentThread().isInterrupted()) {
				forgetful.table.purge("");
			}
		});
		inRounds(20, (random, round) -> {
			String resource = "order:" + Thread.currentThread().getId();
			long token = FenceDatabase.issued(Duration.ZERO);
			try {
				forgetful.check(resource, token);
			}
			catch (StaleFencingTokenException ex) {
				return; // It took longer than the retention.
			}
			LockSupport.parkNanos(random.nextLong(3 * retention.toNanos()));
			assertThatExceptionOfType(StaleFencingTokenException.class)
				.isThrownBy(() -> forgetful.check(resource, token - 1))
				.satisfies((refused) -> {
					AtomicInteger refusals = (refused.highestToken() == token) ? refusedByRow : refusedByAge;
					refusals.incrementAndGet();
				});
		});
		assertThat(purges).isNotDone();
		assertThat(refusedByRow).hasPositiveValue();
		assertThat(refusedByAge).hasPositiveValue();
	}

	final void runAside(Runnable work) {
		try {
			Background.await(this.background.start(work));
		}
		catch (Exception ex) {
			throw new AssertionError("It failed on the other thread", ex);
		}
	}

	private void inRounds(Round work) throws Exception {
		inRounds(ROUNDS, work);
	}

	private void inRounds(int rounds, Round work) throws Exception {
		List<Callable<Integer>> threads = new ArrayList<>();
		for (int i = 0; i < THREADS; i++) {
			Random own = new Random(this.random.nextLong());
			threads.add(() -> {
				for (int round = 0; round < rounds; round++) {
					work.run(own, round);
				}
				return rounds;
			});
		}
		this.background.all(threads);
	}

	/** What each thread does in each round. */
	@FunctionalInterface
	private interface Round {

		void run(Random random, int round) throws Exception;

	}

	/** What a thread checks in a round. */
	@FunctionalInterface
	private interface Resources {

		String of(Random random, int round);

	}

	/** Whether transactions are rolled back. */
	private enum Rollbacks {

		NONE, SOME

	}

}
