package io.distributedlock.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.distributedlock.LockStoreException;
import io.distributedlock.store.StoredLock;

import org.springframework.data.redis.connection.DataType;
import org.springframework.data.redis.connection.RedisClusterConnection;
import org.springframework.data.redis.connection.RedisClusterNode;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.core.Cursor;
import org.springframework.data.redis.core.KeyScanOptions;
import org.springframework.data.redis.core.ScanOptions;

/**
 * Looks locks up, one by its key or many by the start of their keys. There is no index:
 * the latter goes through all keys of the server, in a Cluster of every master.
 */
final class LockScan {

	private static final int KEYS_PER_COMMAND = 1_000;

	private static final int FIELDS = 4;

	/** What has a meaning in a pattern of Redis. */
	private static final Pattern SPECIAL = Pattern.compile("[\\\\*?\\[\\]]");

	private final RedisConnection connection;

	private final Keys keys;

	private final long deadline;

	private final Set<String> seen = new HashSet<>();

	/**
	 * Creates an instance.
	 * @param connection where to look
	 * @param keys the names of locks
	 * @param timeout how long it may take
	 */
	LockScan(RedisConnection connection, Keys keys, Duration timeout) {
		this.connection = connection;
		this.keys = keys;
		this.deadline = System.nanoTime() + timeout.toNanos();
	}

	/** One that was failed over is a master without slots. */
	static List<RedisClusterNode> mastersWithSlots(RedisClusterConnection cluster) {
		List<RedisClusterNode> masters = new ArrayList<>();
		for (RedisClusterNode node : cluster.clusterGetNodes()) {
			if (node.isMaster() && node.getSlotRange().getSlotsArray().length > 0) {
				masters.add(node);
			}
		}
		return masters;
	}

	Optional<StoredLock> find(String key) {
		return lookUp(List.of(this.keys.of(key))).stream().findFirst();
	}

	/**
	 * Lists held locks. Fails if a master does not answer: part of them would look like
	 * all.
	 * @param keyPrefix the start of their keys, compared literally
	 * @param limit how many at most
	 * @return the locks
	 * @throws LockStoreException if it takes too long
	 */
	List<StoredLock> held(String keyPrefix, int limit) {
		String start = this.keys.namespace() + keyPrefix;
		ScanOptions options = KeyScanOptions.scanOptions(DataType.HASH)
			.match(SPECIAL.matcher(start).replaceAll((special) -> Matcher.quoteReplacement("\\" + special.group()))
					+ "*")
			.count(KEYS_PER_COMMAND)
			.build();
		List<StoredLock> found = new ArrayList<>();
		if (this.connection instanceof RedisClusterConnection cluster) {
			for (RedisClusterNode master : mastersWithSlots(cluster)) {
				if (found.size() < limit) {
					collect(cluster.scan(master, options), limit, found);
				}
			}
		}
		else {
			collect(this.connection.keyCommands().scan(options), limit, found);
		}
		return found;
	}

	/**
	 * Leaves the cursor open: it takes up nothing on the server, and closing it would
	 * give back the connection, which is still needed.
	 */
	private void collect(Cursor<byte[]> cursor, int limit, List<StoredLock> found) {
		List<byte[]> names = new ArrayList<>();
		while (cursor.hasNext() && found.size() < limit) {
			byte[] name = cursor.next();
			// a server may return a key twice; one that moves is found on two masters
			if (this.seen.add(this.keys.keyOf(name))) {
				names.add(name);
			}
			if (names.size() == KEYS_PER_COMMAND) {
				collect(names, limit, found);
			}
		}
		collect(names, limit, found);
	}

	private void collect(List<byte[]> names, int limit, List<StoredLock> found) {
		if (System.nanoTime() - this.deadline > 0) {
			throw new LockStoreException(
					"Provider redis could not list locks within the store timeout: the server has too many keys to go through. Ask for single locks by their key",
					null);
		}
		lookUp(names).stream().limit((long) limit - found.size()).forEach(found::add);
		names.clear();
	}

	private List<StoredLock> lookUp(List<byte[]> names) {
		int step = (this.connection instanceof RedisClusterConnection) ? 1 : KEYS_PER_COMMAND;
		List<StoredLock> locks = new ArrayList<>();
		for (int from = 0; from < names.size(); from += step) {
			List<byte[]> some = names.subList(from, Math.min(names.size(), from + step));
			List<String> reply = LockScript.FIND.run(this.connection, some, List.of());
			for (int i = 0; i < some.size(); i++) {
				lock(some.get(i), reply.subList(FIELDS * i, FIELDS * (i + 1))).ifPresent(locks::add);
			}
		}
		return locks;
	}

	private Optional<StoredLock> lock(byte[] name, List<String> fields) {
		if (fields.get(1).isEmpty()) {
			return Optional.empty();
		}
		return Optional.of(new StoredLock(this.keys.keyOf(name), fields.get(0), Long.parseLong(fields.get(1)),
				Micros.instant(fields.get(2)), Micros.duration(fields.get(3))));
	}

}
