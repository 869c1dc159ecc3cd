package io.distributedlock;

/**
 * Whether a lease is prolonged while its holder works.
 */
public enum Renewal {

	/** What the application configured, {@link #AUTO} if it configured nothing. */
	DEFAULT,

	/** The lease is renewed at a third of its ttl until it is closed. */
	AUTO,

	/** The lease ends one ttl after it was granted. */
	NONE

}
