package io.distributedlock.fencing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;

/**
 * Refuses a call by a stale holder of the lock: before the method runs, inside its
 * transaction, the fencing token of the innermost lease is checked by the
 * {@link FencingGuard}.
 *
 * <pre class="code">
 * &#064;DistributedLock(key = "account:#{#id}")
 * &#064;Fenced(resource = "account:#{#id}")
 * &#064;Transactional
 * public void credit(long id, BigDecimal amount) { ... }
 * </pre>
 *
 * The lock may also be taken by whoever calls the method; without any lease on the call
 * path the call fails with an {@link IllegalStateException}. A stale token is a
 * {@link io.distributedlock.StaleFencingTokenException}, and the method does not run.
 * <p>
 * Without a transaction, of the method or of its callers, nothing is protected once the
 * check is over. The check is made by the bean's proxy, on the thread of the call: calls
 * from within the same object are not checked, and private, final and static methods are
 * refused at startup, as are expressions that cannot work.
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective
public @interface Fenced {

	/**
	 * What the method writes, and no two may write at a time. Written as a
	 * {@linkplain io.distributedlock.annotation.DistributedLock#key() key} is: a
	 * template, a SpEL expression or a literal. The tokens checked for one resource have
	 * to be those of one lock.
	 * @return the resource
	 */
	String resource();

}
