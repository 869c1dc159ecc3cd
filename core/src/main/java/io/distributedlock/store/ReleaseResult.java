package io.distributedlock.store;

/**
 * What came of a release.
 */
public enum ReleaseResult {

	/** The owner's grant was in force and is over, now or since an earlier release. */
	RELEASED,

	/**
	 * As {@link #RELEASED}, and the node is queued behind others that wait: asking again
	 * before it is woken is of no use. Only from {@link WakeUpQueue#releaseAndQueue}.
	 */
	RELEASED_AND_QUEUED,

	/** The owner had no grant in force: it never had one, or lost it. */
	NOT_OWNED

}
