package io.distributedlock;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * What to lock, for how long, and how long to wait for it. Immutable; options that are
 * not set are the application's configured defaults.
 */
public final class LockRequest {

	/** The name of requests that were not given one. */
	public static final String UNNAMED = "unnamed";

	private final String key;

	private final Options options;

	private LockRequest(String key, Options options) {
		this.key = key;
		this.options = options;
	}

	/**
	 * Creates a request with default options.
	 * @param key the logical key: not blank, at most 255 characters with the configured
	 * prefix, without control characters and lone surrogates
	 * @return the request
	 * @throws InvalidLockKeyException if the key breaks these rules
	 */
	public static LockRequest of(String key) {
		return new LockRequest(LockKeyRules.check(key), Options.DEFAULTS);
	}

	/**
	 * Sets the key, so that one request can serve as a template for many.
	 * @param key the logical key, as in {@link #of}
	 * @return a changed copy
	 * @throws InvalidLockKeyException if the key breaks the rules
	 */
	public LockRequest withKey(String key) {
		return new LockRequest(LockKeyRules.check(key), this.options);
	}

	/**
	 * Sets how long the lease lasts unless renewed: the time a dead holder blocks others.
	 * @param ttl from 1 ms to 365 days
	 * @return a changed copy
	 * @throws IllegalArgumentException if out of range
	 */
	public LockRequest withTtl(Duration ttl) {
		LockDurations.positive("ttl", ttl);
		Options o = this.options;
		return with(new Options(ttl, o.waitTime, o.minHold, o.maxHold, o.renewal, o.onLeaseLost, o.name, o.provider,
				o.release));
	}

	/**
	 * Sets how long to wait for a held lock.
	 * @param waitTime from 0, one attempt, to 365 days
	 * @return a changed copy
	 * @throws IllegalArgumentException if out of range
	 */
	public LockRequest withWaitTime(Duration waitTime) {
		LockDurations.zeroOrMore("waitTime", waitTime);
		Options o = this.options;
		return with(new Options(o.ttl, waitTime, o.minHold, o.maxHold, o.renewal, o.onLeaseLost, o.name, o.provider,
				o.release));
	}

	/**
	 * Sets for how long the lock stays taken after it was acquired, even if it is
	 * released earlier. The release never waits for it: it sets the store's expiry.
	 * @param minHold from 0 to 365 days
	 * @return a changed copy
	 * @throws IllegalArgumentException if out of range
	 */
	public LockRequest withMinHold(Duration minHold) {
		LockDurations.zeroOrMore("minHold", minHold);
		Options o = this.options;
		return with(new Options(o.ttl, o.waitTime, minHold, o.maxHold, o.renewal, o.onLeaseLost, o.name, o.provider,
				o.release));
	}

	/**
	 * Sets for how long renewals go on; then the lease is lost.
	 * @param maxHold from 1 ms to 365 days
	 * @return a changed copy
	 * @throws IllegalArgumentException if out of range
	 */
	public LockRequest withMaxHold(Duration maxHold) {
		LockDurations.positive("maxHold", maxHold);
		Options o = this.options;
		return with(new Options(o.ttl, o.waitTime, o.minHold, maxHold, o.renewal, o.onLeaseLost, o.name, o.provider,
				o.release));
	}

	/**
	 * Sets whether the lease is renewed while it is held.
	 * @param renewal the choice
	 * @return a changed copy
	 */
	public LockRequest withRenewal(Renewal renewal) {
		Objects.requireNonNull(renewal, "renewal");
		Options o = this.options;
		return with(new Options(o.ttl, o.waitTime, o.minHold, o.maxHold, renewal, o.onLeaseLost, o.name, o.provider,
				o.release));
	}

	/**
	 * Sets what happens to a closure whose lease is lost. Of no effect on leases that the
	 * caller closes.
	 * @param onLeaseLost the choice
	 * @return a changed copy
	 */
	public LockRequest withOnLeaseLost(OnLeaseLost onLeaseLost) {
		Objects.requireNonNull(onLeaseLost, "onLeaseLost");
		Options o = this.options;
		return with(new Options(o.ttl, o.waitTime, o.minHold, o.maxHold, o.renewal, onLeaseLost, o.name, o.provider,
				o.release));
	}

	/**
	 * Sets the name used in meters and logs.
	 * @param name one of few values, unlike the key
	 * @return a changed copy
	 * @throws IllegalArgumentException if blank
	 */
	public LockRequest withName(String name) {
		notBlank("name", name);
		Options o = this.options;
		return with(new Options(o.ttl, o.waitTime, o.minHold, o.maxHold, o.renewal, o.onLeaseLost, name, o.provider,
				o.release));
	}

	/**
	 * Sets the provider to ask, where it is not the configured one.
	 * @param provider the provider's name
	 * @return a changed copy
	 * @throws IllegalArgumentException if blank
	 */
	public LockRequest withProvider(String provider) {
		notBlank("provider", provider);
		Options o = this.options;
		return with(new Options(o.ttl, o.waitTime, o.minHold, o.maxHold, o.renewal, o.onLeaseLost, o.name, provider,
				o.release));
	}

	/**
	 * Sets when a closure that is called inside a transaction gives the lock back. Of no
	 * effect on leases that the caller closes.
	 * @param release the choice, {@link Release#AFTER_TRANSACTION} by default
	 * @return a changed copy
	 */
	public LockRequest withRelease(Release release) {
		Objects.requireNonNull(release, "release");
		Options o = this.options;
		return with(new Options(o.ttl, o.waitTime, o.minHold, o.maxHold, o.renewal, o.onLeaseLost, o.name, o.provider,
				release));
	}

	/**
	 * Returns the logical key.
	 * @return the key
	 */
	public String key() {
		return this.key;
	}

	/**
	 * Returns the ttl.
	 * @return the ttl, empty for the configured default
	 */
	public Optional<Duration> ttl() {
		return Optional.ofNullable(this.options.ttl);
	}

	/**
	 * Returns how long to wait for a held lock.
	 * @return the wait time, empty for the configured default
	 */
	public Optional<Duration> waitTime() {
		return Optional.ofNullable(this.options.waitTime);
	}

	/**
	 * Returns for how long the lock stays taken at least.
	 * @return the shortest hold time, zero by default
	 */
	public Duration minHold() {
		return this.options.minHold;
	}

	/**
	 * Returns for how long renewals go on.
	 * @return the longest hold time, empty for the configured default
	 */
	public Optional<Duration> maxHold() {
		return Optional.ofNullable(this.options.maxHold);
	}

	/**
	 * Returns whether the lease is renewed.
	 * @return the choice
	 */
	public Renewal renewal() {
		return this.options.renewal;
	}

	/**
	 * Returns what happens to a closure whose lease is lost.
	 * @return the choice
	 */
	public OnLeaseLost onLeaseLost() {
		return this.options.onLeaseLost;
	}

	/**
	 * Returns the name used in meters and logs.
	 * @return the name, {@value #UNNAMED} by default
	 */
	public String name() {
		return this.options.name;
	}

	/**
	 * Returns the provider to ask.
	 * @return the provider's name, empty for the configured one
	 */
	public Optional<String> provider() {
		return Optional.ofNullable(this.options.provider);
	}

	/**
	 * Returns when a closure that is called inside a transaction gives the lock back.
	 * @return the choice
	 */
	public Release release() {
		return this.options.release;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof LockRequest request && this.key.equals(request.key)
				&& this.options.equals(request.options);
	}

	@Override
	public int hashCode() {
		return 31 * this.key.hashCode() + this.options.hashCode();
	}

	@Override
	public String toString() {
		return "LockRequest[key=" + this.key + ", " + this.options + "]";
	}

	private LockRequest with(Options changed) {
		return new LockRequest(this.key, changed);
	}

	private static void notBlank(String option, String value) {
		if (value.isBlank()) {
			throw new IllegalArgumentException(option + " is blank: give it a value or leave it out");
		}
	}

	private record Options(@Nullable Duration ttl, @Nullable Duration waitTime, Duration minHold,
			@Nullable Duration maxHold, Renewal renewal, OnLeaseLost onLeaseLost, String name,
			@Nullable String provider, Release release) {

		private static final Options DEFAULTS = new Options(null, null, Duration.ZERO, null, Renewal.DEFAULT,
				OnLeaseLost.DEFAULT, UNNAMED, null, Release.AFTER_TRANSACTION);

	}

}
