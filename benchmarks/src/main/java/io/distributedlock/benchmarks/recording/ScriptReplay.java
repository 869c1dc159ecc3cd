package io.distributedlock.benchmarks.recording;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisScriptingCommands;

/**
 * A recorded call of a script of one lock, sent again by Lettuce alone with another key
 * and owner.
 */
public final class ScriptReplay {

	private final String digest;

	private final Part key;

	private final List<Part> arguments;

	private ScriptReplay(RecordedScript script) {
		this.digest = script.digest();
		List<Part> parts = script.keysAndArguments().stream().map(Part::of).toList();
		this.key = parts.get(0);
		this.arguments = parts.subList(1, parts.size());
	}

	/**
	 * Takes what a step has sent for {@link Replay#KEY} and {@link Replay#OWNER}.
	 * @param scripts the recorded calls, cleared
	 * @return the call
	 * @throws IllegalStateException if there is not exactly one, or if it is of several
	 * locks
	 */
	public static ScriptReplay takeOnlyOne(List<RecordedScript> scripts) {
		if (scripts.size() != 1 || scripts.get(0).keys() != 1) {
			throw new IllegalStateException("Only a step of one script and lock can be replayed, not " + scripts);
		}
		return new ScriptReplay(scripts.remove(0));
	}

	/**
	 * Calls the script and waits for its reply.
	 * @param commands where to
	 * @param key in place of the recorded key
	 * @param owner in place of the recorded owner
	 * @return the first string of the reply
	 */
	public String send(RedisScriptingCommands<byte[], byte[]> commands, String key, String owner) {
		byte[][] keys = { this.key.bytes(key, owner) };
		byte[][] values = this.arguments.stream().map((part) -> part.bytes(key, owner)).toArray(byte[][]::new);
		List<byte[]> reply = commands.evalsha(this.digest, ScriptOutputType.MULTI, keys, values);
		return new String(reply.get(0), StandardCharsets.UTF_8);
	}

	/** The key, the owner, or what is the same in every call. */
	@FunctionalInterface
	private interface Part {

		byte[] bytes(String key, String owner);

		static Part of(byte[] recorded) {
			String text = new String(recorded, StandardCharsets.UTF_8);
			if (text.endsWith(Replay.KEY)) {
				String namespace = text.substring(0, text.length() - Replay.KEY.length());
				return (key, owner) -> (namespace + key).getBytes(StandardCharsets.UTF_8);
			}
			return text.equals(Replay.OWNER) ? (key, owner) -> owner.getBytes(StandardCharsets.UTF_8)
					: (key, owner) -> recorded;
		}

	}

}
