package io.distributedlock.engine;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import io.distributedlock.Renewal;
import io.distributedlock.store.LockProvider;
import io.distributedlock.test.ControllableThreads;
import io.distributedlock.test.ControllableTime;
import io.distributedlock.time.TimeSource;

/**
 * An engine on a recording store, in controllable time.
 */
record HoldingNode(ControllableTime time, ControllableThreads threads, RecordingStore store, RecordingListener listener,
		LockEngine engine) {

	/** The ttl of {@link #request()}. */
	static final Duration TTL = Duration.ofSeconds(30);

	/** What a ttl of 30 seconds gives the holder. */
	static final Duration SAFE = Duration.ofMillis(29_700);

	static final Duration NANO = Duration.ofNanos(1);

	static final String KEY = "order:42";

	static HoldingNode start() {
		return start(RecordingStore::new);
	}

	static HoldingNode start(Function<TimeSource, RecordingStore> store) {
		ControllableTime time = new ControllableTime();
		return start(time, new ControllableThreads(time), store.apply(time), "a", UnaryOperator.identity());
	}

	/** Another node on the same store; its time passes together with that of this one. */
	HoldingNode another() {
		return another(UnaryOperator.identity());
	}

	HoldingNode another(UnaryOperator<LockEngineBuilder> changes) {
		return start(this.time, this.threads, this.store, "b", changes);
	}

	private static HoldingNode start(ControllableTime time, ControllableThreads threads, RecordingStore store,
			String id, UnaryOperator<LockEngineBuilder> changes) {
		RecordingListener listener = new RecordingListener();
		LockEngineBuilder builder = LockEngine.builder()
			.nodeId(id)
			.provider(new LockProvider("memory", () -> store))
			.listener(listener)
			.time(time)
			.threads(threads);
		return new HoldingNode(time, threads, store, listener, changes.apply(builder).build());
	}

	static LockRequest request() {
		return LockRequest.of(KEY).withTtl(TTL).withName("orders");
	}

	static LockRequest unrenewed() {
		return request().withRenewal(Renewal.NONE);
	}

	Lease acquire() {
		return this.engine.acquire(request());
	}

	Lease acquireUnrenewed() {
		return this.engine.acquire(unrenewed());
	}

	Lease acquire(String key) {
		return this.engine.acquire(LockRequest.of(key).withTtl(TTL));
	}

	/** Lets time pass and runs what is due. */
	void pass(Duration duration) {
		this.threads.advance(duration);
	}

	void settle() {
		this.threads.runPending();
	}

	static Duration seconds(double seconds) {
		return Duration.ofNanos(Math.round(seconds * 1e9));
	}

}
