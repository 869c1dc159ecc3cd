package io.distributedlock.jdbc;

import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import org.junit.jupiter.api.Test;

class PostgresContentionTests extends DatabaseContentionTests {

	PostgresContentionTests() {
		super(PostgresServer.shared().newDatabase());
	}

	/**
	 * As an acquisition of somebody else locks it. On a busy machine the moment may get
	 * too long, but not each time.
	 */
	@Test
	void aReleaseWaitsForARowThatIsLockedForAMoment() throws Exception {
		this.store.tryAcquire(command("k", "holder"));
		Eventually.holds("a release succeeds whose row was locked when it began", Duration.ofSeconds(30),
				this::isReleasedWhileLockedForAMoment);
	}

	private boolean isReleasedWhileLockedForAMoment() throws Exception {
		try (Connection other = this.database.transaction("select * from distributed_lock for update")) {
			CompletableFuture<Boolean> released = CompletableFuture.supplyAsync(this::isReleased);
			TimeUnit.MILLISECONDS.sleep(50);
			boolean waited = !released.isDone();
			other.rollback();
			return released.get(10, TimeUnit.SECONDS) && waited;
		}
	}

	private boolean isReleased() {
		try {
			return this.store.release(new ReleaseCommand("k", "holder", Duration.ZERO)) == ReleaseResult.RELEASED;
		}
		catch (LockStoreException ex) {
			return false;
		}
	}

}
