package io.distributedlock.annotation;

import java.lang.annotation.Annotation;

import org.springframework.beans.FatalBeanException;

/**
 * A {@link DistributedLock} annotation, or another one of this library, that cannot work.
 * Thrown at startup. The message says where it is, what is wrong, and what to write
 * instead.
 */
public class InvalidLockAnnotationException extends FatalBeanException {

	private final String problem;

	private final String fix;

	/**
	 * Creates the exception for a method or a type that cannot be locked.
	 * @param method the method, with its class, or the class
	 * @param problem what is wrong, as the end of a sentence about it
	 * @param fix what to do, a sentence
	 */
	public InvalidLockAnnotationException(String method, String problem, String fix) {
		this(DistributedLock.class, method, problem, fix);
	}

	/**
	 * Creates the exception for a method or a type that another annotation does not fit.
	 * @param annotation the annotation
	 * @param method the method, with its class, or the class
	 * @param problem what is wrong, as the end of a sentence about it
	 * @param fix what to do, a sentence
	 */
	public InvalidLockAnnotationException(Class<? extends Annotation> annotation, String method, String problem,
			String fix) {
		super("@%s on %s: %s. %s".formatted(annotation.getSimpleName(), method, problem, fix));
		this.problem = "@%s on %s: %s".formatted(annotation.getSimpleName(), method, problem);
		this.fix = fix;
	}

	/**
	 * Creates the exception for a bad attribute.
	 * @param method the method, with its class
	 * @param attribute the attribute's name
	 * @param value the attribute's value as written
	 * @param problem what is wrong, as the end of a sentence about the attribute
	 * @param fix what to write instead, a sentence
	 */
	public InvalidLockAnnotationException(String method, String attribute, String value, String problem, String fix) {
		this(DistributedLock.class, method, attribute, value, problem, fix);
	}

	/**
	 * Creates the exception for a bad attribute of another annotation.
	 * @param annotation the annotation
	 * @param method the method, with its class
	 * @param attribute the attribute's name
	 * @param value the attribute's value as written
	 * @param problem what is wrong, as the end of a sentence about the attribute
	 * @param fix what to write instead, a sentence
	 */
	public InvalidLockAnnotationException(Class<? extends Annotation> annotation, String method, String attribute,
			String value, String problem, String fix) {
		this(annotation, method, "%s = \"%s\" %s".formatted(attribute, value, problem), fix);
	}

	/**
	 * Returns where the annotation is and what is wrong with it.
	 * @return the first part of the message
	 */
	public String problem() {
		return this.problem;
	}

	/**
	 * Returns what to do about it.
	 * @return the second part of the message
	 */
	public String fix() {
		return this.fix;
	}

}
