package io.distributedlock.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.Function;

/**
 * The settings of a server that locks depend on.
 *
 * @param evictionPolicy what it does when its memory is full
 * @param snapshots when it writes snapshots; empty: never
 * @param appendOnly whether it logs each write
 */
record ServerSettings(String evictionPolicy, String snapshots, String appendOnly) {

	/**
	 * Asks a server. One setting at a time: before Redis 7 it tells no more.
	 * @param server answers CONFIG GET
	 * @return the settings
	 */
	static ServerSettings of(Function<String, Properties> server) {
		return new ServerSettings(read(server, "maxmemory-policy"), read(server, "save"), read(server, "appendonly"));
	}

	private static String read(Function<String, Properties> server, String name) {
		String value = server.apply(name).getProperty(name);
		if (value == null) {
			throw new UnsupportedOperationException("The server has no setting " + name);
		}
		return value;
	}

	/**
	 * Returns what is wrong with them, and what to do; nothing if all is well.
	 */
	List<String> findings() {
		List<String> findings = new ArrayList<>();
		if (!this.evictionPolicy.equals("noeviction")) {
			findings.add("maxmemory-policy is %s, so held locks can be evicted: set it to noeviction"
				.formatted(this.evictionPolicy));
		}
		if (this.snapshots.isEmpty() && !this.appendOnly.equals("yes")) {
			findings.add("appendonly is %s and save is empty, so a restart forgets all locks: set appendonly to yes"
				.formatted(this.appendOnly));
		}
		return findings;
	}

}
