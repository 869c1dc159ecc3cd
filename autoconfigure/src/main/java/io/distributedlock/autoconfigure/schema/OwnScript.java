package io.distributedlock.autoconfigure.schema;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A script of this library, which can create its tables under another name.
 *
 * @param user what needs the tables, for messages
 * @param location where the script is
 * @param tableName the name of its first table
 * @param suffixes what the names of its other tables add to that
 */
public record OwnScript(String user, String location, String tableName, List<String> suffixes) {

	int tables() {
		return 1 + this.suffixes.size();
	}

	/**
	 * Renames all tables alike.
	 */
	byte[] renamed(String script, String name) {
		Pattern start = Pattern.compile("\\b%s(?=(%s)?\\b)".formatted(this.tableName, String.join("|", this.suffixes)));
		return start.matcher(script).replaceAll(Matcher.quoteReplacement(name)).getBytes(StandardCharsets.UTF_8);
	}

}
