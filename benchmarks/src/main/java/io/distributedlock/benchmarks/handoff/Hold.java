package io.distributedlock.benchmarks.handoff;

/**
 * A grant that is over.
 *
 * @param node the process that had it
 * @param acquiredNanos when the acquisition returned, which tells the order of the grants
 * @param releasedNanos when the release was called
 */
record Hold(String node, long acquiredNanos, long releasedNanos) {

	static Hold parse(String line) {
		String[] parts = line.split(" ", -1);
		return new Hold(parts[0], Long.parseLong(parts[1]), Long.parseLong(parts[2]));
	}

	/**
	 * Returns the line that {@link #parse} understands.
	 */
	@Override
	public String toString() {
		return "%s %d %d".formatted(this.node, this.acquiredNanos, this.releasedNanos);
	}

}
