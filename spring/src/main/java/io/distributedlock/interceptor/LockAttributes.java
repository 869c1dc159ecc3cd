package io.distributedlock.interceptor;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.distributedlock.InvalidLockKeyException;
import io.distributedlock.LockRequest;
import io.distributedlock.OnLeaseLost;
import io.distributedlock.key.LockKey;
import io.distributedlock.key.LockedMethod;

/**
 * How one method is locked: its annotation, resolved and checked. Immutable.
 */
public final class LockAttributes {

	private final LockedMethod method;

	private final Place place;

	private final ScheduleKinds schedule;

	private final CallStyle style;

	private final LockKey key;

	private final LockRequest template;

	private final OnLeaseLost onLeaseLost;

	private final Contention contention;

	/**
	 * Creates the attributes.
	 * @param template the request of all calls, but for its key
	 * @param onLeaseLost what the template says, or the default means
	 */
	LockAttributes(LockedMethod method, Place place, ScheduleKinds schedule, CallStyle style, LockKey key,
			LockRequest template, OnLeaseLost onLeaseLost, Contention contention) {
		this.method = method;
		this.place = place;
		this.schedule = schedule;
		this.style = style;
		this.key = key;
		this.template = template;
		this.onLeaseLost = onLeaseLost;
		this.contention = contention;
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
		return this.template.name();
	}

	/**
	 * Returns the provider that the annotation names.
	 * @return its name, empty for the configured one
	 */
	public Optional<String> provider() {
		return this.template.provider();
	}

	/**
	 * Returns how Spring runs the method by itself, if it does.
	 */
	ScheduleKinds schedule() {
		return this.schedule;
	}

	/**
	 * Returns how calls of the method are run.
	 */
	CallStyle style() {
		return this.style;
	}

	/**
	 * Returns what happens if the lease is lost while the method's work goes on.
	 * @return the choice, never {@code DEFAULT}
	 */
	OnLeaseLost onLeaseLost() {
		return this.onLeaseLost;
	}

	/**
	 * Returns what happens if the method does not get its lock.
	 */
	Contention contention() {
		return this.contention;
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
		return this.template.withKey(this.key.resolve(target, arguments));
	}

	/** Where an annotation stands. */
	enum Place {

		METHOD, TYPE

	}

}
