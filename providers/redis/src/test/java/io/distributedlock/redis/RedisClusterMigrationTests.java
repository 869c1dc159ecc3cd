package io.distributedlock.redis;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.AcquireResult.Held;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.data.redis.connection.RedisConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Locks while their slot moves from one master to another.
 */
class RedisClusterMigrationTests {

	private final RedisCluster cluster = RedisCluster.shared();

	private final RedisLockStore lettuce = open(RedisClusterConnections.lettuce(this.cluster));

	private final RedisLockStore jedis = open(RedisClusterConnections.jedis(this.cluster));

	private static RedisLockStore open(RedisConnectionFactory connections) {
		return RedisLockStore.open(Connections.config(connections));
	}

	@AfterEach
	void close() {
		this.lettuce.close();
		this.jedis.close();
	}

	@Test
	void locksAreServedWhileTheirSlotMovesByLettuce() {
		locksAreServedWhileTheirSlotMoves(this.lettuce);
	}

	@Test
	void locksAreServedWhileTheirSlotMovesByJedis() {
		locksAreServedWhileTheirSlotMoves(this.jedis);
	}

	private void locksAreServedWhileTheirSlotMoves(RedisLockStore store) {
		String tag = "{" + UUID.randomUUID() + "}";
		Owner left = Owner.of(store, tag + ":left");
		Owner moved = Owner.of(store, tag + ":moved");
		long tokenOfLeft = left.acquire();
		long tokenOfMoved = moved.acquire();
		RedisSlotMigration migration = new RedisSlotMigration(this.cluster, tag);

		migration.begin();
		migration.move(moved.key());
		for (Owner holder : List.of(left, moved)) {
			assertThat(holder.rival().tryAcquire()).isInstanceOf(Held.class);
			assertThat(holder.renew()).isEqualTo(RenewResult.RENEWED);
		}
		assertThat(renewTogether(store, left, moved)).containsOnly(RenewResult.RENEWED);
		// where the script is not known
		migration.forgetScripts();
		isUsable(Owner.of(store, tag + ":free"), 0);
		assertThat(store.held(tag, 10)).hasSize(2);
		assertThat(moved.release()).isEqualTo(ReleaseResult.RELEASED);
		isUsable(moved.rival(), tokenOfMoved);

		migration.move(left.key());
		migration.end();
		assertThat(left.rival().tryAcquire()).isInstanceOf(Held.class);
		assertThat(left.renew()).isEqualTo(RenewResult.RENEWED);
		assertThat(left.release()).isEqualTo(ReleaseResult.RELEASED);
		isUsable(left.rival(), tokenOfLeft);
		isUsable(Owner.of(store, tag + ":new"), 0);
	}

	private static List<RenewResult> renewTogether(RedisLockStore store, Owner... owners) {
		return store.renewAll(List.of(owners)
			.stream()
			.map((each) -> new RenewCommand(each.key(), each.token(), each.ttl()))
			.toList());
	}

	private static void isUsable(Owner owner, long lastToken) {
		assertThat(owner.acquire()).isGreaterThan(lastToken);
		assertThat(owner.rival().tryAcquire()).isInstanceOf(Held.class);
		assertThat(owner.renew()).isEqualTo(RenewResult.RENEWED);
		assertThat(owner.release()).isEqualTo(ReleaseResult.RELEASED);
		Owner next = owner.rival();
		next.acquire();
		assertThat(next.release()).isEqualTo(ReleaseResult.RELEASED);
	}

	@Test
	void nobodyIsGrantedALockTwiceWhileItMoves() throws Exception {
		String key = "{" + UUID.randomUUID() + "}:busy";
		RedisSlotMigration migration = new RedisSlotMigration(this.cluster, key);
		Traffic traffic = new Traffic(key);
		List<Thread> threads = List.of(traffic.start(this.lettuce), traffic.start(this.jedis));
		traffic.goesOn();
		migration.begin();
		traffic.goesOn();
		migration.move(key);
		traffic.goesOn();
		migration.end();
		traffic.goesOn();
		traffic.stop(threads);
		assertThat(traffic.problems).isEmpty();
	}

	/** Grants of one lock to several threads, one at a time. */
	private static final class Traffic {

		private final String key;

		private final Queue<String> problems = new ConcurrentLinkedQueue<>();

		private final AtomicInteger inside = new AtomicInteger();

		private final AtomicInteger grants = new AtomicInteger();

		private final AtomicLong lastToken = new AtomicLong();

		private volatile boolean stopped;

		Traffic(String key) {
			this.key = key;
		}

		Thread start(RedisLockStore store) {
			Thread thread = new Thread(() -> {
				try {
					while (!this.stopped) {
						turn(Owner.of(store, this.key));
					}
				}
				catch (RuntimeException | Error ex) {
					this.problems.add(String.valueOf(ex));
				}
			});
			thread.start();
			return thread;
		}

		private void turn(Owner owner) {
			if (owner.tryAcquire() instanceof Granted granted) {
				check("two holders", this.inside.incrementAndGet() == 1);
				check("tokens went back", this.lastToken.getAndSet(granted.fencingToken()) < granted.fencingToken());
				check("renewal refused", owner.renew() == RenewResult.RENEWED);
				this.inside.decrementAndGet();
				check("not released", owner.release() == ReleaseResult.RELEASED);
				this.grants.incrementAndGet();
			}
		}

		private void check(String problem, boolean holds) {
			if (!holds) {
				this.problems.add(problem);
			}
		}

		void goesOn() throws Exception {
			int before = this.grants.get();
			Eventually.holds("grants go on, but for " + this.problems, Duration.ofSeconds(20),
					() -> this.grants.get() > before + 20);
		}

		void stop(List<Thread> threads) throws InterruptedException {
			this.stopped = true;
			for (Thread thread : threads) {
				thread.join(20_000);
			}
		}

	}

}
