package io.distributedlock.interceptor;

import org.jspecify.annotations.Nullable;

import io.distributedlock.InvalidLockKeyException;
import io.distributedlock.LockRequest;
import io.distributedlock.annotation.OnContention;
import io.distributedlock.key.LockKey;
import io.distributedlock.key.LockedMethod;

/**
 * How one method is locked: its annotation, resolved and checked. Immutable.
 */
public final class LockAttributes {

	private final LockedMethod method;

	private final Place place;

	private final String name;

	private final LockKey key;

	private final LockOptions options;

	private final OnContention onContention;

	LockAttributes(LockedMethod method, Place place, String name, LockKey key, LockOptions options,
			OnContention onContention) {
		this.method = method;
		this.place = place;
		this.name = name;
		this.key = key;
		this.options = options;
		this.onContention = onContention;
	}

	/**
	 * Returns the method.
	 * @return the bean class's method
	 */
	public LockedMethod method() {
		return this.method;
	}

	/**
	 * Returns the name used in meters and logs.
	 * @return the name
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Returns what happens on contention.
	 * @return {@link OnContention#THROW} or {@link OnContention#SKIP}
	 */
	public OnContention onContention() {
		return this.onContention;
	}

	/**
	 * Returns what the method returns if it is skipped.
	 * @return an empty {@code Optional} or {@code null}
	 */
	@Nullable Object nothing() {
		return ReturnTypes.nothing(ReturnTypes.of(this.method.method(), this.method.userClass()));
	}

	/**
	 * Returns where the annotation stands.
	 * @return on the method or on its type
	 */
	Place place() {
		return this.place;
	}

	/**
	 * Creates the request of a call.
	 * @param target the bean
	 * @param arguments the call's arguments
	 * @return what to lock and for how long
	 * @throws InvalidLockKeyException if the call gives no key
	 */
	public LockRequest request(Object target, @Nullable Object[] arguments) {
		return this.options.applyTo(LockRequest.of(this.key.resolve(target, arguments)).withName(this.name));
	}

	/** Where an annotation stands. */
	enum Place {

		METHOD, TYPE

	}

}
