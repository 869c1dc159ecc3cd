package io.distributedlock.key;

import java.lang.annotation.Annotation;

import org.springframework.util.StringValueResolver;

import io.distributedlock.annotation.DistributedLock;
import io.distributedlock.annotation.InvalidLockAnnotationException;

/**
 * Which attribute something is written in, for messages.
 *
 * @param annotation the annotation
 * @param name the attribute
 */
public record KeyAttribute(Class<? extends Annotation> annotation, String name) {

	/** The key of a lock. */
	public static final KeyAttribute KEY = new KeyAttribute(DistributedLock.class, "key");

	/**
	 * Resolves the placeholders of what is written.
	 * @param raw the attribute's value as written
	 * @param placeholders resolves them
	 * @param method the annotated method
	 * @return the value
	 * @throws InvalidLockAnnotationException if one cannot be resolved
	 */
	public String resolve(String raw, StringValueResolver placeholders, LockedMethod method) {
		try {
			String text = placeholders.resolveStringValue(raw);
			return (text != null) ? text : "";
		}
		catch (IllegalArgumentException ex) {
			throw invalid(raw, method, "has a placeholder that cannot be resolved: " + ex.getMessage(),
					"Set the property, or give the placeholder a default");
		}
	}

	InvalidLockAnnotationException invalid(String raw, LockedMethod method, String problem, String fix) {
		return new InvalidLockAnnotationException(this.annotation, method.toString(), this.name, raw, problem, fix);
	}

}
