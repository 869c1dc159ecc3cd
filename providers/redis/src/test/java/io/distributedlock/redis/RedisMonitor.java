package io.distributedlock.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The commands that a server executes, in order, as MONITOR shows them.
 */
final class RedisMonitor implements AutoCloseable {

	private static final Pattern LINE = Pattern.compile("[0-9.]+ \\[\\d+ (\\S+)] (.*)");

	private static final Pattern WORD = Pattern.compile("\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"");

	private final RedisConsole console;

	private final RedisConsole monitor;

	RedisMonitor(RedisServer server) {
		this.console = new RedisConsole(server);
		this.monitor = new RedisConsole(server);
		this.monitor.call("MONITOR");
	}

	/**
	 * Returns the commands executed since the last time.
	 */
	List<Command> take() {
		String end = UUID.randomUUID().toString();
		this.console.call("ECHO", end);
		List<Command> commands = new ArrayList<>();
		Command next = Command.of(this.monitor.receive());
		while (!next.words().contains(end)) {
			commands.add(next);
			next = Command.of(this.monitor.receive());
		}
		return commands;
	}

	@Override
	public void close() {
		this.console.close();
		this.monitor.close();
	}

	/**
	 * A command.
	 *
	 * @param inScript whether a script called it
	 * @param words its name, in upper case, and its arguments
	 */
	record Command(boolean inScript, List<String> words) {

		static Command of(String line) {
			Matcher parts = LINE.matcher(line);
			if (!parts.matches()) {
				throw new IllegalStateException("Not a command: " + line);
			}
			List<String> words = new ArrayList<>(
					WORD.matcher(parts.group(2)).results().map((word) -> word.group(1)).toList());
			words.set(0, words.get(0).toUpperCase(Locale.ROOT));
			return new Command(parts.group(1).equals("lua"), words);
		}

		String name() {
			return this.words.get(0);
		}

	}

}
