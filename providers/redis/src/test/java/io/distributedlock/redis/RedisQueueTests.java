package io.distributedlock.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.AcquireResult.Busy;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.AcquireResult.Held;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.WakeUpQueue.Listening;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The nodes that wait for a lock, as a single server keeps them.
 */
@Timeout(120)
@Isolated("must be faster than reservations end")
class RedisQueueTests {

	private static final Duration TTL = Duration.ofMinutes(1);

	private static final Duration RESERVATION = Duration.ofMillis(200);

	private static final int CHANCES = 4;

	private static final String NAME = "distributed-lock:k";

	private final RedisServer server = new RedisServer(RedisProgram.EMBEDDED);

	private final LettuceConnectionFactory connections = Connections.lettuce(this.server.port());

	private final RedisLockStore store = RedisLockStore.open(Connections.config(this.connections));

	private final RedisConsole console = new RedisConsole(this.server);

	private final WakeUpLog wakeUps = new WakeUpLog();

	private final List<Listening> listenings = new ArrayList<>();

	@AfterEach
	void close() {
		this.listenings.forEach(Listening::close);
		this.store.close();
		this.connections.destroy();
		this.console.close();
		this.server.close();
	}

	@Test
	void nodesAreWokenInTheOrderInWhichTheyCame() throws Exception {
		listen("one", "two", "three");
		acquire("holder");
		queue("two");
		queue("three");
		queue("one");
		queue("two");
		release("holder");
		for (String node : List.of("two", "three", "one")) {
			assertThat(this.wakeUps.next()).isEqualTo(node + " for k");
			assertThat(queue(node)).isInstanceOf(Granted.class);
			release(node);
		}
		assertThat(this.wakeUps.isEmpty()).isTrue();
	}

	@Test
	void aNodeThatDoesNotListenIsPassedOverAtOnce() throws Exception {
		whileKept(() -> {
			listen("two");
			acquire("holder");
			queue("one");
			queue("two");
			release("holder");
			assertThat(this.wakeUps.next()).isEqualTo("two for k");
			assertThat(queue("one")).isEqualTo(new Busy());
			assertThat(queue("two")).isInstanceOf(Granted.class);
		});
	}

	@Test
	void aLockForWhichNoNodeListensIsFreeAtOnce() {
		acquire("holder");
		queue("one");
		queue("two");
		release("holder");
		assertThat(acquire("other")).isInstanceOf(Granted.class);
	}

	@Test
	void aNodeThatHasNotAskedForFiveSecondsIsForgotten() throws Exception {
		listen("gone", "patient");
		acquire("holder");
		queue("gone");
		queue("patient");
		letAllPlacesAge(Duration.ofMillis(5_100));
		queue("patient");
		release("holder");
		assertThat(this.wakeUps.next()).isEqualTo("patient for k");
		assertThat(this.wakeUps.isEmpty()).isTrue();
	}

	@Test
	void aNodeThatAskedFourSecondsAgoIsNotForgotten() throws Exception {
		listen("waiting");
		acquire("holder");
		queue("waiting");
		letAllPlacesAge(Duration.ofSeconds(4));
		release("holder");
		assertThat(this.wakeUps.next()).isEqualTo("waiting for k");
	}

	@Test
	void aGrantEndsTheWaitOfItsNode() {
		listen("node", "other");
		acquire("holder");
		queue("node");
		queue("other");
		this.console.call("HSET", NAME, "until", "1");
		assertThat(queue("node")).isInstanceOf(Granted.class);
		assertThat(places()).singleElement().asString().contains(":other:");
	}

	@Test
	void aNodeThatMeetsALockKeptForAnotherIsQueued() throws Exception {
		whileKept(() -> {
			listen("woken", "late");
			acquire("holder");
			queue("woken");
			release("holder");
			assertThat(queue("late")).isEqualTo(new Busy());
			assertThat(queue("woken")).isInstanceOf(Granted.class);
			release("woken");
			assertThat(this.wakeUps.next()).isEqualTo("woken for k");
			assertThat(this.wakeUps.next()).isEqualTo("late for k");
		});
	}

	@Test
	void aNodeThatAsksNowAndThenKeepsItsPlace() throws Exception {
		listen("first", "second");
		acquire("holder");
		queue("first");
		queue("second");
		letAllPlacesAge(Duration.ofSeconds(4));
		queue("first");
		letAllPlacesAge(Duration.ofSeconds(4));
		queue("first");
		queue("second");
		release("holder");
		assertThat(this.wakeUps.next()).isEqualTo("first for k");
	}

	@Test
	void aNodeThatAsksAgainTooLateComesLast() throws Exception {
		listen("late", "other");
		acquire("holder");
		queue("late");
		letAllPlacesAge(Duration.ofMillis(5_100));
		queue("other");
		queue("late");
		release("holder");
		assertThat(this.wakeUps.next()).isEqualTo("other for k");
		queue("other");
		release("other");
		assertThat(this.wakeUps.next()).isEqualTo("late for k");
	}

	@Test
	void aFreedLockIsKeptForTheWokenNodeAndNobodyElse() throws Exception {
		whileKept(() -> {
			listen("woken");
			acquire("holder");
			queue("woken");
			release("holder");
			assertThat(acquire("other")).isEqualTo(new Busy());
			assertThat(this.console.hash(NAME)).containsKeys("reserved", "reservedUntil");
			assertThat(queue("woken")).isInstanceOf(Granted.class);
			assertThat(this.console.hash(NAME)).doesNotContainKeys("reserved", "reservedUntil");
		});
	}

	@Test
	void aLockIsKeptForAWokenNodeForAFifthOfASecond() throws Exception {
		listen("woken");
		acquire("holder");
		queue("woken");
		long before = serverMicros();
		release("holder");
		long after = serverMicros();
		long keptUntil = Long.parseLong(this.console.hash(NAME).getOrDefault("reservedUntil", ""));
		assertThat(keptUntil).isBetween(before + micros(RESERVATION), after + micros(RESERVATION));
		Eventually.holds("the reservation is over", Duration.ofSeconds(10), () -> acquire("other") instanceof Granted);
		assertThat(serverMicros()).isGreaterThan(keptUntil);
		assertThat(this.console.hash(NAME)).doesNotContainKeys("reserved", "reservedUntil");
	}

	@Test
	void aReservationFarAheadIsNotRespectedSinceTheClockWasSetBack() throws Exception {
		listen("woken");
		acquire("holder");
		queue("woken");
		release("holder");
		this.console.call("HSET", NAME, "reservedUntil", String.valueOf(serverMicros() + 60_000_000));
		assertThat(acquire("other")).isInstanceOf(Granted.class);
	}

	@Test
	void aWokenNodeThatLeavesPassesTheLockOn() throws Exception {
		whileKept(() -> {
			listen("woken", "next");
			acquire("holder");
			queue("woken");
			queue("next");
			release("holder");
			assertThat(this.wakeUps.next()).isEqualTo("woken for k");
			this.store.leaveQueue("k", "woken");
			assertThat(this.wakeUps.next()).isEqualTo("next for k");
			assertThat(acquire("other")).isEqualTo(new Busy());
			assertThat(queue("next")).isInstanceOf(Granted.class);
		});
	}

	@Test
	void aWokenNodeThatLeavesAsTheLastFreesTheLock() {
		listen("woken");
		acquire("holder");
		queue("woken");
		release("holder");
		this.store.leaveQueue("k", "woken");
		assertThat(acquire("other")).isInstanceOf(Granted.class);
	}

	@Test
	void aNodeThatLeavesALockKeptForAnotherWakesNobody() throws Exception {
		whileKept(() -> {
			listen("woken", "leaving", "next");
			acquire("holder");
			queue("woken");
			queue("leaving");
			queue("next");
			release("holder");
			assertThat(this.wakeUps.next()).isEqualTo("woken for k");
			this.store.leaveQueue("k", "leaving");
			assertThat(acquire("other")).isEqualTo(new Busy());
			queue("woken");
			release("woken");
			assertThat(this.wakeUps.next()).isEqualTo("next for k");
			assertThat(this.wakeUps.isEmpty()).isTrue();
		});
	}

	@Test
	void aNodeThatLeavesAHeldLockWakesNobody() {
		listen("leaving", "next");
		acquire("holder");
		queue("leaving");
		queue("next");
		this.store.leaveQueue("k", "leaving");
		assertThat(acquire("other")).isInstanceOf(Held.class);
		assertThat(this.console.hash(NAME)).doesNotContainKey("reserved");
		assertThat(places()).hasSize(1);
	}

	@Test
	void leavingTheQueueOfALockThatWasNeverUsedCreatesNothing() {
		this.store.leaveQueue("k", "node");
		assertThat(this.console.exists(NAME)).isFalse();
	}

	@Test
	void aForcedReleaseWakesTheNextNode() throws Exception {
		listen("next");
		acquire("holder");
		queue("next");
		assertThat(this.store.forceRelease("k")).isTrue();
		assertThat(this.wakeUps.next()).isEqualTo("next for k");
	}

	@Test
	void anAbandonedGrantWakesTheNextNode() throws Exception {
		listen("next");
		acquire("holder");
		queue("next");
		this.store.abandon("k", "holder", TTL);
		assertThat(this.wakeUps.next()).isEqualTo("next for k");
	}

	@Test
	void aReleaseThatKeepsTheLockForMinHoldWakesNobody() {
		listen("next");
		acquire("holder");
		queue("next");
		this.store.release(new ReleaseCommand("k", "holder", TTL));
		assertThat(this.console.hash(NAME)).doesNotContainKey("reserved");
		assertThat(places()).hasSize(1);
	}

	@Test
	void aReleaseThatQueuesAgainComesBehindTheOthers() throws Exception {
		listen("one", "two");
		acquire("one");
		queue("two");
		assertThat(this.store.releaseAndQueue(new ReleaseCommand("k", "one", Duration.ZERO), "one"))
			.isEqualTo(ReleaseResult.RELEASED_AND_QUEUED);
		assertThat(this.wakeUps.next()).isEqualTo("two for k");
		queue("two");
		release("two");
		assertThat(this.wakeUps.next()).isEqualTo("one for k");
	}

	@Test
	void aReplayedReleaseQueuesOnceAndWakesOnce() throws Exception {
		listen("one", "two", "three");
		acquire("one");
		queue("two");
		queue("three");
		for (int i = 0; i < 2; i++) {
			this.store.releaseAndQueue(new ReleaseCommand("k", "one", Duration.ZERO), "one");
		}
		assertThat(places()).hasSize(2);
		assertThat(this.wakeUps.next()).isEqualTo("two for k");
		assertThat(this.wakeUps.isEmpty()).isTrue();
	}

	@Test
	void nothingOfADrainedQueueIsLeft() throws Exception {
		String[] nodes = { "a", "b", "c", "d", "e" };
		listen(nodes);
		for (int round = 0; round < 1_000; round++) {
			String holder = "holder" + round;
			acquire(holder);
			for (String node : nodes) {
				queue(node);
			}
			release(holder);
			for (String node : nodes) {
				assertThat(queue(node)).isInstanceOf(Granted.class);
				release(node);
			}
		}
		assertThat(this.console.hash(NAME)).containsOnlyKeys("owner", "before", "token", "node", "acquired", "until");
	}

	@Test
	void nothingOfNodesThatWaitedInVainIsLeft() {
		listen("a", "b");
		acquire("holder");
		for (int i = 0; i < 100; i++) {
			queue("a");
			queue("b");
			this.store.leaveQueue("k", "a");
			this.store.leaveQueue("k", "b");
		}
		assertThat(this.console.hash(NAME)).hasSizeLessThanOrEqualTo(8);
		release("holder");
		assertThat(this.console.hash(NAME)).containsOnlyKeys("owner", "before", "token", "node", "acquired", "until");
	}

	/**
	 * Plays a scene that must end before the lock is no longer kept for a woken node. One
	 * that took longer than that gets another chance.
	 */
	private void whileKept(Scene scene) throws Exception {
		for (int i = 1; i < CHANCES; i++) {
			long start = System.nanoTime();
			try {
				scene.play();
				return;
			}
			catch (AssertionError ex) {
				if (System.nanoTime() - start < RESERVATION.toNanos()) {
					throw ex;
				}
			}
			this.listenings.forEach(Listening::close);
			this.listenings.clear();
			this.console.call("FLUSHALL");
			this.wakeUps.clear();
		}
		scene.play();
	}

	private void listen(String... nodes) {
		for (String node : nodes) {
			this.listenings.add(this.store.listen(node, this.wakeUps.of(node)));
		}
	}

	private AcquireResult acquire(String owner) {
		return this.store.tryAcquire(new AcquireCommand("k", owner, "node of " + owner, TTL));
	}

	/** By an owner whose name starts with that of the node. */
	private AcquireResult queue(String node) {
		return this.store.tryAcquireOrQueue(new AcquireCommand("k", node + UUID.randomUUID(), node, TTL));
	}

	private void release(String owner) {
		String inForce = this.console.hash(NAME).getOrDefault("owner", "");
		assertThat(inForce).startsWith(owner);
		assertThat(this.store.release(new ReleaseCommand("k", inForce, Duration.ZERO)))
			.isEqualTo(ReleaseResult.RELEASED);
	}

	private List<String> places() {
		return this.console.hash(NAME).keySet().stream().filter((field) -> field.startsWith("place:")).toList();
	}

	/** As if the nodes had asked earlier than they did. */
	private void letAllPlacesAge(Duration duration) {
		for (String field : places()) {
			String[] place = this.console.hash(NAME).getOrDefault(field, "").split(" ", 2);
			this.console.call("HSET", NAME, field, place[0] + " " + (Long.parseLong(place[1]) - micros(duration)));
		}
	}

	private long serverMicros() {
		String[] time = this.console.call("TIME").split("\n", 2);
		return Long.parseLong(time[0]) * 1_000_000 + Long.parseLong(time[1]);
	}

	private static long micros(Duration duration) {
		return duration.toNanos() / 1_000;
	}

	@FunctionalInterface
	private interface Scene {

		void play() throws Exception;

	}

}
