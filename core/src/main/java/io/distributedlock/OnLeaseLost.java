package io.distributedlock;

/**
 * What happens to a closure or an annotated method whose lease is lost while it runs. The
 * loss is always logged, counted and told to the {@link LockListener listeners}, whatever
 * is chosen here.
 */
public enum OnLeaseLost {

	/** What the application configured, {@link #THROW} if it configured nothing. */
	DEFAULT,

	/** A {@link LeaseLostException} is thrown when the work ends. */
	THROW,

	/**
	 * As {@link #THROW}, and the working thread is interrupted at once. The interrupt is
	 * delivered only while the work runs and is cleared when it ends.
	 */
	INTERRUPT,

	/** Nothing more. */
	IGNORE

}
