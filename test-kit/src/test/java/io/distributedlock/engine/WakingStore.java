package io.distributedlock.engine;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.distributedlock.memory.MemoryLockStore;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.WakeUpQueue;

/**
 * A scripted store that also wakes waiters, unless its script loses the wake-ups or fails
 * to listen.
 */
class WakingStore extends ScriptedStore implements WakeUpQueue {

	private final MemoryLockStore wrapped;

	private final Queue<Runnable> listenScript = new ConcurrentLinkedQueue<>();

	private final AtomicInteger listens = new AtomicInteger();

	private final AtomicInteger stopped = new AtomicInteger();

	private final List<String> left = new CopyOnWriteArrayList<>();

	private final List<String> queuedByRelease = new CopyOnWriteArrayList<>();

	private volatile boolean losesWakeUps;

	WakingStore(MemoryLockStore wrapped) {
		super(wrapped);
		this.wrapped = wrapped;
	}

	WakingStore onListen(Runnable step) {
		this.listenScript.add(step);
		return this;
	}

	void losesWakeUps() {
		this.losesWakeUps = true;
	}

	@Override
	public AcquireResult tryAcquireOrQueue(AcquireCommand command) {
		return asked(command, () -> this.wrapped.tryAcquireOrQueue(command));
	}

	@Override
	public ReleaseResult releaseAndQueue(ReleaseCommand command, String node) {
		releases().add(command);
		this.queuedByRelease.add(node);
		return this.wrapped.releaseAndQueue(command, node);
	}

	@Override
	public void leaveQueue(String key, String node) {
		this.left.add(key);
		this.wrapped.leaveQueue(key, node);
	}

	@Override
	public Listening listen(String node, Consumer<String> wakeUp) {
		this.listens.incrementAndGet();
		Runnable step = this.listenScript.poll();
		if (step != null) {
			step.run();
		}
		Listening listening = this.wrapped.listen(node, (key) -> {
			if (!this.losesWakeUps) {
				wakeUp.accept(key);
			}
		});
		return () -> {
			this.stopped.incrementAndGet();
			listening.close();
		};
	}

	int timesListened() {
		return this.listens.get();
	}

	int timesStopped() {
		return this.stopped.get();
	}

	List<String> queuedByRelease() {
		return this.queuedByRelease;
	}

	List<String> leftQueues() {
		return this.left;
	}

}
