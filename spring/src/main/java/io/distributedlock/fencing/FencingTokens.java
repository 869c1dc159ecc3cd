package io.distributedlock.fencing;

/**
 * What can be a fencing token: a number up to 2^53, which no language rounds.
 */
final class FencingTokens {

	static final long HIGHEST = 1L << 53;

	private FencingTokens() {
	}

	static long require(long token) {
		if (token <= 0 || token > HIGHEST) {
			throw new IllegalArgumentException(
					"Fencing token %d is not between 1 and %d: pass Lease.fencingToken()".formatted(token, HIGHEST));
		}
		return token;
	}

}
