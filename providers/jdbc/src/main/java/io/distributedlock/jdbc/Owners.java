package io.distributedlock.jdbc;

/**
 * What is in the owner column once a grant is over. It still names the owner, so that a
 * repeated release is recognised and a late acquisition of that owner is refused.
 */
final class Owners {

	private Owners() {
	}

	static String released(String owner) {
		return "released:" + owner;
	}

	static String forced(String owner) {
		return "forced:" + owner;
	}

}
