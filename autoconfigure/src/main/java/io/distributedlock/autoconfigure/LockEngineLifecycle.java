package io.distributedlock.autoconfigure;

import java.util.concurrent.CompletionStage;

import io.distributedlock.engine.LockEngine;
import io.distributedlock.store.LockProvider;
import io.distributedlock.store.LockStore;
import io.distributedlock.store.StoreGuarantee;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Opens the chosen provider's store before requests and schedules start, so that a
 * misconfiguration ends the startup and not the first lock, and shuts the engine down
 * after they ended, so that running work keeps its locks. Does nothing where a test put
 * something else in the place of the engine.
 */
final class LockEngineLifecycle implements SmartLifecycle, ApplicationListener<ContextClosedEvent> {

	/**
	 * Below web servers and their graceful shutdown, schedulers and executors (half of
	 * the largest phase) and message listeners; above the clients of stores (zero).
	 */
	static final int PHASE = 1024;

	private static final Logger logger = LoggerFactory.getLogger(LockEngineLifecycle.class);

	private final @Nullable LockEngine engine;

	private final LockProvider provider;

	private final LockSettings settings;

	private final ApplicationContext context;

	private volatile boolean running;

	private volatile boolean closing;

	LockEngineLifecycle(@Nullable LockEngine engine, LockProvider provider, LockSettings settings,
			ApplicationContext context) {
		this.engine = engine;
		this.provider = provider;
		this.settings = settings;
		this.context = context;
	}

	@Override
	public void start() {
		if (this.engine == null) {
			return;
		}
		this.engine.open();
		this.running = true;
		LockStore store = this.provider.store().get();
		logger.info("Distributed locks: provider {} ({}), node {}, key prefix '{}'; {}", this.provider.name(), store,
				this.settings.nodeId(), this.settings.keyPrefix(), (store instanceof StoreGuarantee known)
						? "guarantees " + known.guarantee() : "the provider does not tell what it guarantees");
	}

	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		this.closing |= (event.getApplicationContext() == this.context);
	}

	/**
	 * Ends the engine once the work under its locks has ended: some schedulers let their
	 * tasks run on until they are destroyed. Spring waits for the callback no longer than
	 * {@code spring.lifecycle.timeout-per-shutdown-phase}, and then closes the engine
	 * itself.
	 */
	@Override
	public void stop(Runnable callback) {
		if (!this.closing || this.engine == null) {
			stop();
			callback.run();
			return;
		}
		CompletionStage<Void> unused = this.engine.endWork()
			.thenRunAsync(this::stop, (task) -> new Thread(task, "distributed-lock-shutdown").start())
			.whenComplete((ended, failure) -> callback.run());
	}

	/**
	 * Ends the engine if the application ends. It could not be started again after a mere
	 * stop.
	 */
	@Override
	public void stop() {
		this.running = false;
		if (this.closing && this.engine != null) {
			this.engine.close();
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
