package io.distributedlock.benchmarks.contender;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import io.distributedlock.benchmarks.recording.RecordedScript;
import io.distributedlock.benchmarks.recording.Replay;
import io.distributedlock.benchmarks.recording.ScriptRecorder;
import io.distributedlock.benchmarks.recording.ScriptReplay;
import io.distributedlock.redis.RedisLockStore;
import io.distributedlock.redis.RedisLockStoreConfig;
import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.ReleaseCommand;
import io.lettuce.core.api.sync.RedisCommands;

import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * The scripts of our store, called by hand: by their digest through one connection of
 * Lettuce, and nothing else.
 */
public final class SameScripts implements Peer {

	private final RedisCommands<byte[], byte[]> commands;

	private final ScriptReplay acquire;

	private final ScriptReplay release;

	/**
	 * Records the calls.
	 * @param connections where to record them
	 * @param commands where to send them
	 */
	public SameScripts(RedisConnectionFactory connections, RedisCommands<byte[], byte[]> commands) {
		this.commands = commands;
		List<RecordedScript> called = new ArrayList<>();
		RedisLockStore store = RedisLockStore
			.open(RedisLockStoreConfig.of(ScriptRecorder.before(connections, called::add)));
		called.clear();
		store.tryAcquire(new AcquireCommand(Replay.KEY, Replay.OWNER, "by hand", OwnStore.TTL));
		this.acquire = ScriptReplay.takeOnlyOne(called);
		store.release(new ReleaseCommand(Replay.KEY, Replay.OWNER, Duration.ZERO));
		this.release = ScriptReplay.takeOnlyOne(called);
	}

	@Override
	public String name() {
		return "same scripts by hand";
	}

	@Override
	public Optional<Release> tryAcquire(String key) {
		String owner = UUID.randomUUID().toString();
		if (this.acquire.send(this.commands, key, owner).equals("granted")) {
			return Optional.of(() -> this.release.send(this.commands, key, owner));
		}
		return Optional.empty();
	}

}
