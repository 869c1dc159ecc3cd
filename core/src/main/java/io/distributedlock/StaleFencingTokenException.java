package io.distributedlock;

/**
 * A resource refused a fencing token: a later holder of the lock has used the resource
 * already, or the token is so old that the resource cannot know. What was about to be
 * written must not be.
 */
public class StaleFencingTokenException extends LockException {

	private final String resource;

	private final long fencingToken;

	private final long highestToken;

	/**
	 * Creates the exception.
	 * @param resource the resource
	 * @param fencingToken the token that was refused
	 * @param highestToken the least token that the resource accepts now
	 */
	public StaleFencingTokenException(String resource, long fencingToken, long highestToken) {
		super("Fencing token %d is stale: resource '%s' accepts none below %d. Its lock was lost, and another node may have it: do not write"
			.formatted(fencingToken, resource, highestToken));
		this.resource = resource;
		this.fencingToken = fencingToken;
		this.highestToken = highestToken;
	}

	/**
	 * Returns what was to be written.
	 * @return the resource
	 */
	public String resource() {
		return this.resource;
	}

	/**
	 * Returns the token that was refused.
	 * @return the token
	 */
	public long fencingToken() {
		return this.fencingToken;
	}

	/**
	 * Returns the least token that the resource accepts now: the highest it has seen, or
	 * where it has forgotten that, one as old as its retention.
	 * @return the token
	 */
	public long highestToken() {
		return this.highestToken;
	}

}
