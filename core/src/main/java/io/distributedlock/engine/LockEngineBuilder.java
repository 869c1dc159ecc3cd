package io.distributedlock.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.distributedlock.LockDurations;
import io.distributedlock.LockListener;
import io.distributedlock.store.LockProvider;
import io.distributedlock.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Describes an engine. Not thread-safe.
 */
public final class LockEngineBuilder {

	private final List<LockProvider> providers = new ArrayList<>();

	private final List<LockListener> listeners = new ArrayList<>();

	private @Nullable String defaultProvider;

	private String nodeId = "node-" + ProcessHandle.current().pid();

	private String keyPrefix = "";

	private LockDefaults defaults = LockDefaults.STANDARD;

	private Duration storeTimeout = Duration.ofSeconds(5);

	private Transactions transactions = Transactions.NONE;

	private TimeSource time = TimeSource.system();

	private @Nullable EngineThreads threads;

	private ThreadMarks marks = ThreadMarks.NONE;

	LockEngineBuilder() {
	}

	/**
	 * Adds a provider. Its store is created when first needed and closed with the engine.
	 * @param provider the provider
	 * @return this builder
	 */
	public LockEngineBuilder provider(LockProvider provider) {
		this.providers.add(provider);
		return this;
	}

	/**
	 * Chooses the provider of requests that name none; the first one added by default.
	 * @param name the provider's name
	 * @return this builder
	 */
	public LockEngineBuilder defaultProvider(String name) {
		this.defaultProvider = name;
		return this;
	}

	/**
	 * Sets the id under which other nodes see this one.
	 * @param nodeId unique among the nodes that share a store
	 * @return this builder
	 */
	public LockEngineBuilder nodeId(String nodeId) {
		this.nodeId = nodeId;
		return this;
	}

	/**
	 * Sets what every key starts with in the store.
	 * @param keyPrefix the prefix, empty by default
	 * @return this builder
	 */
	public LockEngineBuilder keyPrefix(String keyPrefix) {
		this.keyPrefix = keyPrefix;
		return this;
	}

	/**
	 * Sets the defaults of requests, {@link LockDefaults#STANDARD} by default.
	 * @param defaults the defaults
	 * @return this builder
	 */
	public LockEngineBuilder defaults(LockDefaults defaults) {
		this.defaults = defaults;
		return this;
	}

	/**
	 * Sets within what time each step of a store ends. The stores enforce it; the engine
	 * waits no longer for them.
	 * @param storeTimeout the timeout, 5 seconds by default
	 * @return this builder
	 * @throws IllegalArgumentException if it is not between 1 ms and 365 days
	 */
	public LockEngineBuilder storeTimeout(Duration storeTimeout) {
		this.storeTimeout = LockDurations.positive("storeTimeout", storeTimeout);
		return this;
	}

	/**
	 * Adds a listener.
	 * @param listener told what happens to locks
	 * @return this builder
	 */
	public LockEngineBuilder listener(LockListener listener) {
		this.listeners.add(listener);
		return this;
	}

	/**
	 * Sets the transactions that closures may be called in, {@link Transactions#NONE} by
	 * default.
	 * @param transactions the application's transactions
	 * @return this builder
	 */
	public LockEngineBuilder transactions(Transactions transactions) {
		this.transactions = transactions;
		return this;
	}

	/**
	 * Shows the innermost lease of a call path in the MDC of the threads that work under
	 * it, as {@code lock.key} and {@code lock.fencingToken}.
	 * @return this builder
	 */
	public LockEngineBuilder mdc() {
		this.marks = ThreadMarks.LOGGING;
		return this;
	}

	/**
	 * Replaces the machine's clocks, for tests.
	 * @param time the clocks
	 * @return this builder
	 */
	public LockEngineBuilder time(TimeSource time) {
		this.time = time;
		return this;
	}

	/**
	 * Replaces the engine's threads, for tests. They are closed with the engine.
	 * @param threads the threads
	 * @return this builder
	 */
	public LockEngineBuilder threads(EngineThreads threads) {
		this.threads = threads;
		return this;
	}

	/**
	 * Creates the engine. Opens no store.
	 * @return the engine, to be closed
	 * @throws IllegalArgumentException if there is no provider, two have the same name,
	 * or the default one is unknown
	 */
	public LockEngine build() {
		if (this.providers.isEmpty()) {
			throw new IllegalArgumentException("No lock provider: add at least one");
		}
		List<String> names = this.providers.stream().map(LockProvider::name).toList();
		if (names.stream().distinct().count() < names.size()) {
			throw new IllegalArgumentException("Lock providers %s share a name: rename one".formatted(names));
		}
		EngineThreads threads = (this.threads != null) ? this.threads : new DefaultEngineThreads();
		EngineSettings settings = new EngineSettings(this.nodeId, this.keyPrefix, this.defaults, this.storeTimeout,
				new Listeners(this.listeners), this.transactions, this.time, threads, this.marks);
		return new LockEngine(settings, (this.defaultProvider != null) ? this.defaultProvider : names.get(0),
				this.providers);
	}

}
