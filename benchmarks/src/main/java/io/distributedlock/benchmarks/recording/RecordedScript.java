package io.distributedlock.benchmarks.recording;

import java.util.List;

/**
 * A call of a script by its digest.
 *
 * @param digest the script's digest
 * @param keys how many of the arguments, from the first on, are keys
 * @param keysAndArguments what the script is told
 */
public record RecordedScript(String digest, int keys, List<byte[]> keysAndArguments) {
}
