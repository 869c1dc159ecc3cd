package io.distributedlock.store;

/**
 * What came of a release.
 */
public enum ReleaseResult {

	/** The owner's grant was in force and is over, now or since an earlier release. */
	RELEASED,

	/** The owner had no grant in force: it never had one, or lost it. */
	NOT_OWNED

}
