package io.distributedlock.test;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.AcquireResult.Busy;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewResult;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Gets one lock again and again, each time as another owner, and replays, renews and
 * repeats steps at random on the way.
 */
final class RaceRunner implements Callable<Integer> {

	private final Contender contender;

	private final Witness witness;

	private final Random random;

	private final int rounds;

	private final Duration patience;

	RaceRunner(Contender contender, Witness witness, Random random, int rounds, Duration patience) {
		this.contender = contender;
		this.witness = witness;
		this.random = random;
		this.rounds = rounds;
		this.patience = patience;
	}

	@Override
	public Integer call() throws InterruptedException {
		for (int round = 0; round < this.rounds; round++) {
			Contender holder = this.contender.rival();
			Granted grant = acquire(holder);
			this.witness.enter(grant.fencingToken());
			misbehave(holder, grant);
			this.witness.leave();
			assertThat(holder.release()).isEqualTo(ReleaseResult.RELEASED);
			if (this.random.nextInt(4) == 0) {
				holder.release();
			}
		}
		return this.rounds;
	}

	private Granted acquire(Contender holder) throws InterruptedException {
		long deadline = System.nanoTime() + this.patience.toNanos();
		while (System.nanoTime() - deadline < 0) {
			if (Thread.interrupted()) {
				throw new InterruptedException();
			}
			if (holder.tryAcquire() instanceof Granted grant) {
				return grant;
			}
			if (this.random.nextInt(8) == 0) {
				assertThat(holder.release()).isEqualTo(ReleaseResult.NOT_OWNED);
			}
			pause();
		}
		throw new AssertionError("No turn for %s within %s".formatted(holder, this.patience));
	}

	private void misbehave(Contender holder, Granted grant) {
		switch (this.random.nextInt(5)) {
			case 0 -> {
				AcquireResult replayed = holder.tryAcquire();
				assertThat(replayed).isIn(grant, new Busy());
			}
			case 1 -> assertThat(holder.renew(Contender.LONG)).isNotEqualTo(RenewResult.REFUSED);
			case 2 -> assertThat(holder.rival().release()).isEqualTo(ReleaseResult.NOT_OWNED);
			case 3 -> assertThat(holder.rival().renew(Contender.LONG)).isNotEqualTo(RenewResult.RENEWED);
			default -> pause();
		}
	}

	private void pause() {
		LockSupport.parkNanos(1 + this.random.nextInt(100_000));
	}

}
