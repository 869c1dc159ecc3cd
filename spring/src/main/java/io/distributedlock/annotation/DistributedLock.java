package io.distributedlock.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;
import org.springframework.core.annotation.AliasFor;

import io.distributedlock.OnLeaseLost;
import io.distributedlock.Renewal;

/**
 * Runs a method on one node at a time.
 *
 * <pre class="code">
 * &#064;DistributedLock(key = "order:#{#order.id}", ttl = "30s", waitTime = "2s")
 * public void capture(Order order) { ... }
 *
 * &#064;Scheduled(cron = "0 0 3 * * *")
 * &#064;DistributedLock
 * public void nightly() { ... }
 * </pre>
 *
 * The lock is taken before the method starts, outside its transaction, and given back
 * after it ended, whether by a result or an exception. Called inside a transaction in
 * which it takes part, the lock is given back after that one's completion. While it runs,
 * the lease is {@link io.distributedlock.LockContext#current()}, with the fencing token
 * for resources that check it. An annotated method called again for the same key on the
 * same call path joins the lease it has. What the method throws reaches the caller
 * unchanged.
 * <p>
 * On a type, the annotation applies to its public methods, inherited ones included, those
 * of {@code Object} excepted, and the final ones of superclasses without the annotation,
 * which are not locked. On a method it replaces the type's; the two are never merged. On
 * another annotation it is inherited by that one, with attributes to be overridden
 * through {@link AliasFor}. Annotations of superclasses and interfaces are found too.
 * <p>
 * The lock is taken by the bean's proxy: a call from within the same object
 * ({@code this.capture(..)}) is not locked, and private, final and static methods are
 * refused.
 * <p>
 * A method that returns a {@link java.util.concurrent.CompletionStage}, a publisher that
 * Reactor knows, or is a suspending function of Kotlin, has the lock until that is
 * completed, fails or is cancelled. It waits for the lock without blocking its caller and
 * then runs on another thread; a publisher's method is called anew for each subscription.
 * {@code @Async} methods take the lock on the thread that runs them. Futures whose end
 * cannot be observed are refused.
 * <p>
 * Mistakes in an annotation, such as an unknown {@code #name}, stop the application at
 * startup with an {@link InvalidLockAnnotationException}.
 *
 * <h2>Durations</h2> A number with a unit, {@code "30s"}, {@code "500ms"},
 * {@code "1h30m"} or {@code "PT30S"}, or a placeholder for one, {@code "${job.ttl}"}. A
 * number without a unit is refused. From 1 ms (0 where that makes sense) to 365 days.
 */
@Target({ ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Reflective
public @interface DistributedLock {

	/**
	 * What to lock. Calls with the same key exclude each other, whatever method they
	 * call.
	 * <p>
	 * The text decides what it is:
	 * <ul>
	 * <li>with {@code #{..}} a template: {@code "order:#{#order.id}"},
	 * <li>else with a {@code #}, or with {@code @} or {@code '} at its start, a SpEL
	 * expression: {@code "'order:' + #order.id"},
	 * <li>else a literal: {@code "nightly-report"}.
	 * </ul>
	 * Placeholders <code>${..}</code> are resolved in each; one that cannot be stops the
	 * application at startup.
	 * <p>
	 * Expressions know the arguments by name ({@code #order}, compiled with
	 * {@code -parameters}) and by index ({@code #p0}, {@code #a0}), beans ({@code @bean})
	 * and the root object's {@code method}, {@code methodName}, {@code args},
	 * {@code target} and {@code targetClass}. They are evaluated once, before the method
	 * runs. Enum constants appear by their name, other values by {@code toString()}.
	 * <p>
	 * A part that is null is never written as "null": the call fails with an
	 * {@link io.distributedlock.InvalidLockKeyException}, and the method does not run. So
	 * it does for blank keys, arrays, values without a {@code toString()} of their own,
	 * control characters, lone surrogates, and more than 255 characters with the
	 * configured prefix.
	 * <p>
	 * The default is {@code <fully qualified class>.<method>}, one lock for all calls.
	 * Methods of the same name need a key each.
	 * @return the key
	 */
	@AliasFor("value")
	String key() default "";

	/**
	 * Alias for {@link #key()}.
	 * @return the key
	 */
	@AliasFor("key")
	String value() default "";

	/**
	 * The lock's name in meters, logs and the actuator endpoint: one of few, unlike the
	 * key. The default is {@code <SimpleClass>.<method>}, with the parameter types where
	 * several annotated methods have the same name.
	 * @return the name
	 */
	String name() default "";

	/**
	 * How long the lock stays taken if its holder dies. It does not limit the method: the
	 * lease is renewed while it runs, see {@link #renewal()}. The default is
	 * {@code distributed-lock.ttl}, 30 seconds if not set.
	 * @return the duration
	 */
	String ttl() default "";

	/**
	 * How long to wait for a lock that is held by somebody else; {@code "0s"} for one
	 * attempt. The default is {@code distributed-lock.wait-time}, one attempt if not set.
	 * @return the duration
	 */
	String waitTime() default "";

	/**
	 * How long the lock stays taken at least, also after an exception. Gives nodes whose
	 * clocks differ one run per tick of a schedule. The caller does not wait for it. The
	 * default is {@code distributed-lock.scheduled.min-hold}, one second if not set, on
	 * {@code @Scheduled(cron = ..)} methods, and nothing elsewhere.
	 * @return the duration
	 */
	String minHold() default "";

	/**
	 * For how long the lease is renewed at most. The lease is lost when it is over. The
	 * default is {@code distributed-lock.max-hold}, without end if not set.
	 * @return the duration
	 */
	String maxHold() default "";

	/**
	 * Whether the lease is renewed while the method runs. {@link Renewal#NONE} lets
	 * {@link #ttl()} end it; {@link #minHold()} and {@link #maxHold()} may then not be
	 * longer. The default is {@code distributed-lock.renewal}, {@link Renewal#AUTO} if
	 * not set.
	 * @return the choice
	 */
	Renewal renewal() default Renewal.DEFAULT;

	/**
	 * What happens if the lock is still held by somebody else when {@link #waitTime()} is
	 * over. The default calls the {@link #fallback()} if there is one, else skips
	 * {@code @Scheduled} methods and throws elsewhere.
	 * @return the choice
	 */
	OnContention onContention() default OnContention.DEFAULT;

	/**
	 * The method of the same class that is called instead if the lock is still held by
	 * somebody else when {@link #waitTime()} is over. It has the same parameters,
	 * optionally followed by a {@link io.distributedlock.LockNotAcquiredException}, and
	 * the same return type, and may be private. It runs without the lock and outside the
	 * method's transaction, and is never called because a store failed.
	 * @return the method's name
	 */
	String fallback() default "";

	/**
	 * What happens if the lease is lost while the method runs. The default is
	 * {@code distributed-lock.on-lease-lost}, {@link OnLeaseLost#THROW} if not set.
	 * {@link OnLeaseLost#INTERRUPT} is for methods that do their work on the calling
	 * thread, and refused on those that return a future or a publisher.
	 * @return the choice
	 */
	OnLeaseLost onLeaseLost() default OnLeaseLost.DEFAULT;

	/**
	 * The provider that grants the lock, by its name, for example {@code "redis"}. The
	 * default is the configured one, {@code distributed-lock.provider}.
	 * @return the provider's name
	 */
	String provider() default "";

}
