package io.distributedlock.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.distributedlock.Lease;
import io.distributedlock.LeaseLost;
import io.distributedlock.LeaseLostException;
import io.distributedlock.LockRequest;
import io.distributedlock.LockStoreException;
import io.distributedlock.Renewal;
import io.distributedlock.store.RenewResult;
import io.distributedlock.store.StoredLock;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two nodes that take, use and lose a few locks at random. After each step, a lease that
 * is held is in force in the store for at least as long as it says, and no lock has two
 * holders; at the end nothing is left.
 */
final class LeaseStory {

	private static final int KEYS = 3;

	private final Random random;

	private final HoldingNode first;

	private final List<HoldingNode> nodes;

	private final List<Lease> leases = new ArrayList<>();

	private final Set<Lease> closed = new HashSet<>();

	private final Map<Long, Integer> told = new HashMap<>();

	/** Tokens of grants that were ended by force without this engine's knowledge. */
	private final Set<Long> forced = new HashSet<>();

	private final List<String> steps = new ArrayList<>();

	private boolean healthy;

	LeaseStory(Random random) {
		this.random = random;
		this.first = random.nextBoolean() ? HoldingNode.start() : HoldingNode.start(RecordingStore.Batching::new);
		this.nodes = List.of(this.first, this.first.another());
		RecordingStore store = this.first.store();
		store.renewing((command) -> inSomeTime(
				() -> anyTrouble() ? troubled(() -> store.memory().renew(command)) : store.memory().renew(command)));
		store.releasing((command) -> inSomeTime(() -> {
			if (anyTrouble()) {
				throw failedAfter(() -> store.memory().release(command));
			}
			return store.memory().release(command);
		}));
	}

	void tell(int numberOfSteps) {
		for (int i = 0; i < numberOfSteps; i++) {
			step();
			assertNobodyIsDeceived();
		}
		end();
	}

	private void step() {
		switch (this.random.nextInt(10)) {
			case 0, 1 -> acquire();
			case 2 -> withLease("close", this::close);
			case 3 -> withLease("extend", this::extend);
			case 4 -> withLease("ask", Lease::isHeld);
			case 5 -> forceRelease();
			case 6 -> sleep();
			default -> pass();
		}
	}

	private void acquire() {
		HoldingNode node = this.nodes.get(this.random.nextInt(2));
		LockRequest request = LockRequest.of(anyKey())
			.withTtl(Duration.ofMillis(100 + this.random.nextInt(30_000)))
			.withRenewal(this.random.nextInt(3) == 0 ? Renewal.NONE : Renewal.AUTO);
		if (this.random.nextInt(3) == 0) {
			request = request
				.withMaxHold(request.ttl().orElseThrow().dividedBy(2).multipliedBy(1 + this.random.nextInt(8)));
			request = request.withTtl(shorter(request.ttl().orElseThrow(), request.maxHold().orElseThrow()));
			request = (request.renewal() == Renewal.NONE) ? request.withRenewal(Renewal.AUTO) : request;
		}
		Optional<Lease> lease = node.engine().tryAcquire(request);
		note("acquire " + request + ": " + lease);
		lease.ifPresent((acquired) -> {
			this.leases.add(acquired);
			acquired.onLost(this::told);
		});
	}

	private void close(Lease lease) {
		lease.close();
		this.closed.add(lease);
	}

	private void extend(Lease lease) {
		boolean held = lease.isHeld();
		Duration ttl = Duration.ofMillis(1 + this.random.nextInt(60_000));
		Duration before = lease.remaining();
		try {
			lease.extend(ttl);
			assertThat(held).isTrue();
			// the store takes at most 300 ms for each of three attempts
			assertThat(lease.remaining()).isGreaterThanOrEqualTo(ttl.minusMillis(900));
		}
		catch (LockStoreException ex) {
			assertThat(lease.remaining()).isLessThanOrEqualTo(before);
		}
		catch (LeaseLostException ex) {
			assertThat(lease.isHeld()).isFalse();
		}
		catch (IllegalStateException ex) {
			assertThat(this.closed).contains(lease);
		}
		catch (IllegalArgumentException ex) {
			assertThat(ex).hasMessageContaining("maxHold");
		}
	}

	private void forceRelease() {
		String key = anyKey();
		this.first.store().find(key).map(StoredLock::fencingToken).ifPresent(this.forced::add);
		boolean released = this.nodes.get(this.random.nextInt(2)).engine().forceRelease(key);
		note("force " + key + ": " + released);
	}

	private void sleep() {
		Duration jump = Duration.ofMillis(this.random.nextInt(5_000));
		note("the wall clock jumps by " + jump);
		this.first.time().jumpWallClock(jump);
	}

	private void pass() {
		Duration duration = Duration.ofMillis(this.random.nextInt(10_000));
		note(duration + " pass");
		this.first.pass(duration);
	}

	private void end() {
		this.healthy = true;
		this.leases.forEach(this::close);
		this.first.pass(Duration.ofMinutes(3));
		assertThat(this.first.store().held("", 10)).isEmpty();
		assertThat(this.first.threads().timers()).isZero();
		assertThat(this.first.store().overlaps()).isEmpty();
		assertThat(this.told.values()).allMatch((times) -> times == 1);
		int losses = 0;
		int releases = 0;
		for (HoldingNode node : this.nodes) {
			assertThat(node.listener().losses()).extracting(LeaseLost::fencingToken).doesNotHaveDuplicates();
			losses += node.listener().losses().size();
			releases += node.listener().events("released").size();
		}
		assertThat(losses).isEqualTo(this.told.size());
		assertThat(releases).isEqualTo(this.leases.size());
	}

	private void assertNobodyIsDeceived() {
		this.first.settle();
		for (Lease lease : this.leases) {
			if (lease.isHeld() && !this.forced.contains(lease.fencingToken())) {
				StoredLock stored = this.first.store().find(lease.key()).orElseThrow();
				assertThat(stored.fencingToken()).isEqualTo(lease.fencingToken());
				assertThat(stored.remaining()).isGreaterThan(lease.remaining());
			}
		}
	}

	private RenewResult troubled(Supplier<RenewResult> step) {
		if (this.random.nextBoolean()) {
			return RenewResult.BUSY;
		}
		throw failedAfter(step);
	}

	/** A failure whose step may have been executed. */
	private LockStoreException failedAfter(Supplier<?> step) {
		boolean executed = this.random.nextBoolean();
		return new LockStoreException(executed ? "timed out with " + step.get() : "down", null);
	}

	private <R> R inSomeTime(Supplier<R> step) {
		this.first.time().advance(Duration.ofMillis(this.random.nextInt(150)));
		R result = step.get();
		this.first.time().advance(Duration.ofMillis(this.random.nextInt(150)));
		return result;
	}

	private boolean anyTrouble() {
		return !this.healthy && this.random.nextInt(3) == 0;
	}

	private void withLease(String step, Consumer<Lease> action) {
		if (!this.leases.isEmpty()) {
			Lease lease = this.leases.get(this.random.nextInt(this.leases.size()));
			note(step + " " + lease);
			action.accept(lease);
		}
	}

	private void told(LeaseLost loss) {
		note("told " + loss);
		this.told.merge(loss.fencingToken(), 1, Integer::sum);
	}

	private String anyKey() {
		return "key:" + this.random.nextInt(KEYS);
	}

	private static Duration shorter(Duration one, Duration other) {
		return (one.compareTo(other) < 0) ? one : other;
	}

	private void note(String step) {
		this.steps.add(step);
	}

	@Override
	public String toString() {
		return String.join("\n", this.steps);
	}

}
