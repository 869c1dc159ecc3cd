package io.distributedlock.engine;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.BatchRenewal;
import io.distributedlock.store.ForcedRelease;
import io.distributedlock.store.LockInspection;
import io.distributedlock.store.LockStore;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import io.distributedlock.store.StoredLock;
import io.distributedlock.time.TimeSource;

/**
 * A store in memory that remembers every command and answers as the test says. Notices
 * commands of one owner that overlap.
 */
class RecordingStore implements LockStore, ForcedRelease, LockInspection {

	private final MemoryLockStore memory;

	private final TimeSource time;

	private final List<Sent> sent = new CopyOnWriteArrayList<>();

	private final Set<String> inFlight = ConcurrentHashMap.newKeySet();

	private final List<String> overlaps = new CopyOnWriteArrayList<>();

	private volatile Function<AcquireCommand, AcquireResult> acquiring;

	private volatile Function<RenewCommand, RenewResult> renewing;

	private volatile Function<ReleaseCommand, ReleaseResult> releasing;

	private volatile boolean closed;

	RecordingStore(TimeSource time) {
		this.time = time;
		this.memory = new MemoryLockStore(time);
		this.acquiring = this.memory::tryAcquire;
		this.renewing = this.memory::renew;
		this.releasing = this.memory::release;
	}

	/** What an unscripted store does. */
	MemoryLockStore memory() {
		return this.memory;
	}

	void acquiring(Function<AcquireCommand, AcquireResult> answer) {
		this.acquiring = answer;
	}

	void renewing(Function<RenewCommand, RenewResult> answer) {
		this.renewing = answer;
	}

	void releasing(Function<ReleaseCommand, ReleaseResult> answer) {
		this.releasing = answer;
	}

	/** Everything sent so far, in order. */
	List<Sent> sent() {
		return List.copyOf(this.sent);
	}

	List<Sent> sent(Step step) {
		return this.sent.stream().filter((each) -> each.step() == step).toList();
	}

	List<String> overlaps() {
		return List.copyOf(this.overlaps);
	}

	boolean isHeld(String key) {
		return this.memory.find(key).isPresent();
	}

	boolean isClosed() {
		return this.closed;
	}

	@Override
	public AcquireResult tryAcquire(AcquireCommand command) {
		return recorded(Step.ACQUIRE, command.key(), command.owner(), command.ttl(),
				() -> this.acquiring.apply(command));
	}

	@Override
	public RenewResult renew(RenewCommand command) {
		return recorded(Step.RENEW, command.key(), command.owner(), command.ttl(), () -> this.renewing.apply(command));
	}

	@Override
	public ReleaseResult release(ReleaseCommand command) {
		return recorded(Step.RELEASE, command.key(), command.owner(), command.minHold(),
				() -> this.releasing.apply(command));
	}

	@Override
	public boolean abandon(String key, String owner, Duration bound) {
		return recorded(Step.ABANDON, key, owner, bound, () -> this.memory.abandon(key, owner, bound));
	}

	@Override
	public boolean forceRelease(String key) {
		return this.memory.forceRelease(key);
	}

	@Override
	public Optional<StoredLock> find(String key) {
		return this.memory.find(key);
	}

	@Override
	public List<StoredLock> held(String keyPrefix, int limit) {
		return this.memory.held(keyPrefix, limit);
	}

	@Override
	public void close() {
		this.closed = true;
	}

	private <R> R recorded(Step step, String key, String owner, Duration duration, Supplier<R> answer) {
		this.sent.add(new Sent(step, key, owner, duration, this.time.nanoTime()));
		if (!this.inFlight.add(owner)) {
			this.overlaps.add(step + " of " + key);
		}
		try {
			return answer.get();
		}
		finally {
			this.inFlight.remove(owner);
		}
	}

	enum Step {

		ACQUIRE, RENEW, RELEASE, ABANDON

	}

	/**
	 * A command.
	 *
	 * @param duration ttl, minHold or bound
	 * @param at the monotonic time
	 */
	record Sent(Step step, String key, String owner, Duration duration, long at) {
	}

	/**
	 * One that renews in batches and remembers how large they were.
	 */
	static final class Batching extends RecordingStore implements BatchRenewal {

		private final List<List<String>> batches = new CopyOnWriteArrayList<>();

		private volatile Consumer<List<RenewCommand>> beforeBatch = (commands) -> {
		};

		private volatile UnaryOperator<String> parts = (key) -> "";

		private volatile UnaryOperator<List<RenewResult>> answers = UnaryOperator.identity();

		Batching(TimeSource time) {
			super(time);
		}

		List<Integer> batches() {
			return this.batches.stream().map(List::size).toList();
		}

		/** The keys of each batch. */
		List<List<String>> batchedKeys() {
			return List.copyOf(this.batches);
		}

		void beforeBatch(Runnable action) {
			beforeBatch((commands) -> action.run());
		}

		void beforeBatch(Consumer<List<RenewCommand>> action) {
			this.beforeBatch = action;
		}

		/** Which part keeps which key. */
		void parts(UnaryOperator<String> partOf) {
			this.parts = partOf;
		}

		void answers(UnaryOperator<List<RenewResult>> change) {
			this.answers = change;
		}

		@Override
		public List<RenewResult> renewAll(List<RenewCommand> commands) {
			this.batches.add(commands.stream().map(RenewCommand::key).toList());
			this.beforeBatch.accept(commands);
			return this.answers.apply(commands.stream().map(this::renew).toList());
		}

		@Override
		public String partOf(String key) {
			return this.parts.apply(key);
		}

	}

}
