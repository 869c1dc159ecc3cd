package io.distributedlock.jdbc;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of a server of MySQL's family, from the text that the server sends.
 */
record ServerVersion(int major, int minor, int patch) {

	/** MariaDB 10 pretends to be 5.5.5 to old clients, and some drivers believe it. */
	private static final Pattern TEXT = Pattern.compile("(?:5\\.5\\.5-)?(\\d{1,5})\\.(\\d{1,5})(?:\\.(\\d{1,5}))?.*");

	static ServerVersion of(String text) {
		Matcher matcher = TEXT.matcher(text);
		if (!matcher.matches()) {
			return new ServerVersion(0, 0, 0);
		}
		String patch = matcher.group(3);
		return new ServerVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)),
				(patch != null) ? Integer.parseInt(patch) : 0);
	}

	boolean isBefore(ServerVersion other) {
		if (this.major != other.major) {
			return this.major < other.major;
		}
		return (this.minor != other.minor) ? this.minor < other.minor : this.patch < other.patch;
	}

	@Override
	public String toString() {
		return "%d.%d.%d".formatted(this.major, this.minor, this.patch);
	}

}
