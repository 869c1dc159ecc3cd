package io.distributedlock.redis;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.distributedlock.store.AcquireCommand;
import io.distributedlock.store.AcquireResult.Granted;
import io.distributedlock.store.AcquireResult.Held;
import io.distributedlock.store.ReleaseCommand;
import io.distributedlock.store.ReleaseResult;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import io.distributedlock.store.WakeUpQueue.Listening;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.springframework.data.redis.connection.RedisConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What steps cost, counted by the server with MONITOR: what came over the network, and
 * what the scripts did.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ServerCostTests {

	private static final Duration TTL = Duration.ofMinutes(1);

	private static final int TIMES = 100;

	private final RedisServer server = new RedisServer(RedisProgram.EMBEDDED);

	private final RedisLockStore store = RedisLockStore.open(Connections.config(connect(this.server.port())));

	private final RedisMonitor monitor = new RedisMonitor(this.server);

	abstract RedisConnectionFactory connect(int port);

	@BeforeEach
	void warm() {
		try (RedisConsole console = new RedisConsole(this.server)) {
			console.call("FLUSHALL");
		}
		this.store.tryAcquireOrQueue(command("warm", "o"));
		this.store.tryAcquireOrQueue(command("warm", "other"));
		this.store.renew(new RenewCommand("warm", "o", TTL));
		this.store.leaveQueue("warm", "node");
		this.store.release(new ReleaseCommand("warm", "o", Duration.ZERO));
		this.store.find("warm");
		this.monitor.take();
	}

	@AfterAll
	void close() {
		this.monitor.close();
		this.store.close();
		this.server.close();
	}

	@Test
	void anUncontendedAcquisitionAndReleaseAreTwoCommandsAndNothingElse() {
		for (int i = 0; i < TIMES; i++) {
			this.store.tryAcquire(command("k", "o" + i));
			this.store.release(new ReleaseCommand("k", "o" + i, Duration.ZERO));
		}
		assertThat(sent(this.monitor.take())).hasSize(2 * TIMES).containsOnly("EVALSHA");
	}

	@Test
	void anUncontendedAcquisitionAndReleaseDoLittleInTheServer() {
		this.store.tryAcquire(command("k", "o"));
		assertThat(done(this.monitor.take())).containsExactly("TIME", "HMGET", "HSET", "PEXPIREAT");
		this.store.release(new ReleaseCommand("k", "o", Duration.ZERO));
		assertThat(done(this.monitor.take())).containsExactly("TIME", "HMGET", "PEXPIREAT", "HSET");
	}

	@Test
	void aContendedAttemptIsOneCommandThatOnlyReads() {
		this.store.tryAcquire(command("k", "holder"));
		this.monitor.take();
		for (int i = 0; i < TIMES; i++) {
			assertThat(this.store.tryAcquire(command("k", "o" + i))).isInstanceOf(Held.class);
		}
		List<RedisMonitor.Command> commands = this.monitor.take();
		assertThat(sent(commands)).hasSize(TIMES).containsOnly("EVALSHA");
		assertThat(done(commands)).hasSize(2 * TIMES).containsOnly("TIME", "HMGET");
	}

	@Test
	void aContendedAttemptThatQueuesIsOneCommand() {
		this.store.tryAcquire(command("k", "holder"));
		this.monitor.take();
		for (int i = 0; i < TIMES; i++) {
			this.store.tryAcquireOrQueue(command("k", "o" + i));
		}
		List<RedisMonitor.Command> commands = this.monitor.take();
		assertThat(sent(commands)).hasSize(TIMES).containsOnly("EVALSHA");
		assertThat(done(commands)).hasSizeLessThanOrEqualTo(4 * TIMES + 1)
			.containsOnly("TIME", "HMGET", "HGET", "HINCRBY", "HSET");
	}

	@Test
	void aRenewalOf200GrantsIsOneCommand() {
		List<RenewCommand> commands = IntStream.range(0, 200)
			.mapToObj((i) -> new RenewCommand("k" + i, "o", TTL))
			.toList();
		commands.forEach((each) -> this.store.tryAcquire(command(each.key(), "o")));
		this.monitor.take();
		assertThat(this.store.renewAll(commands)).containsOnly(RenewResult.RENEWED);
		assertThat(sent(this.monitor.take())).containsExactly("EVALSHA");
	}

	@Test
	void aBatchOfRenewalsIsOneCommandForEach200InOrder() {
		List<RenewCommand> commands = IntStream.range(0, 450)
			.mapToObj((i) -> new RenewCommand("k" + i, "o" + i, TTL))
			.toList();
		commands.stream()
			.filter((each) -> !each.owner().endsWith("3"))
			.forEach((each) -> this.store.tryAcquire(command(each.key(), each.owner())));
		this.monitor.take();
		List<RenewResult> results = this.store.renewAll(commands);
		assertThat(sent(this.monitor.take())).hasSize(3).containsOnly("EVALSHA");
		assertThat(results).isEqualTo(commands.stream()
			.map((each) -> each.owner().endsWith("3") ? RenewResult.REFUSED : RenewResult.RENEWED)
			.toList());
	}

	@Test
	void aReleaseWithWaitersPublishesOnceToOneOfThem() {
		List<Listening> listenings = Stream.of("one", "two", "three").map((node) -> this.store.listen(node, (key) -> {
		})).toList();
		this.store.tryAcquire(command("k", "holder"));
		Stream.of("one", "two", "three")
			.forEach((node) -> this.store.tryAcquireOrQueue(new AcquireCommand("k", node, node, TTL)));
		this.monitor.take();
		this.store.release(new ReleaseCommand("k", "holder", Duration.ZERO));
		List<RedisMonitor.Command> commands = this.monitor.take();
		listenings.forEach(Listening::close);
		assertThat(sent(commands)).containsExactly("EVALSHA");
		assertThat(commands).filteredOn((command) -> command.name().equals("PUBLISH"))
			.singleElement()
			.satisfies((command) -> {
				assertThat(command.words().get(1)).startsWith("distributed-lock:wake-up:one:");
				assertThat(command.words().get(2)).isEqualTo("distributed-lock:k");
			});
	}

	@Test
	void aReleaseAfterTheLastWaiterLeftPublishesNothing() {
		this.store.tryAcquire(command("k", "holder"));
		this.store.tryAcquireOrQueue(command("k", "other"));
		this.store.leaveQueue("k", "node");
		this.monitor.take();
		this.store.release(new ReleaseCommand("k", "holder", Duration.ZERO));
		assertThat(done(this.monitor.take())).doesNotContain("PUBLISH");
	}

	@Test
	void anEarlierQueueCostsTheNextPairsNothing() {
		this.store.tryAcquire(command("k", "holder"));
		this.store.tryAcquireOrQueue(command("k", "other"));
		this.store.leaveQueue("k", "node");
		this.store.release(new ReleaseCommand("k", "holder", Duration.ZERO));
		this.monitor.take();
		this.store.tryAcquire(command("k", "next"));
		this.store.release(new ReleaseCommand("k", "next", Duration.ZERO));
		assertThat(done(this.monitor.take())).containsExactly("TIME", "HMGET", "HSET", "PEXPIREAT", "TIME", "HMGET",
				"PEXPIREAT", "HSET");
	}

	@Test
	void aScriptIsSentInFullOnceToAServerThatDoesNotKnowIt() {
		try (RedisConsole console = new RedisConsole(this.server)) {
			console.call("SCRIPT", "FLUSH");
		}
		this.monitor.take();
		for (int i = 0; i < 3; i++) {
			assertThat(this.store.tryAcquire(command("k", "o" + i))).isInstanceOf(Granted.class);
			assertThat(this.store.release(new ReleaseCommand("k", "o" + i, Duration.ZERO)))
				.isEqualTo(ReleaseResult.RELEASED);
		}
		assertThat(sent(this.monitor.take())).containsExactly("EVALSHA", "EVAL", "EVALSHA", "EVAL", "EVALSHA",
				"EVALSHA", "EVALSHA", "EVALSHA");
	}

	@Test
	void aLookUpIsOneCommand() {
		this.store.tryAcquire(command("k", "o"));
		this.monitor.take();
		this.store.find("k");
		assertThat(sent(this.monitor.take())).containsExactly("EVALSHA");
	}

	@Test
	void aListOf1000LocksTakesAFewCommands() {
		IntStream.range(0, 1_000).forEach((i) -> this.store.tryAcquire(command("k" + i, "o")));
		this.monitor.take();
		assertThat(this.store.held("", 2_000)).hasSize(1_000);
		List<String> sent = sent(this.monitor.take());
		assertThat(Set.copyOf(sent)).containsOnly("SCAN", "EVALSHA");
		assertThat(sent).hasSizeLessThan(6);
	}

	private static AcquireCommand command(String key, String owner) {
		return new AcquireCommand(key, owner, "node", TTL);
	}

	private static List<String> sent(List<RedisMonitor.Command> commands) {
		return names(commands, false);
	}

	private static List<String> done(List<RedisMonitor.Command> commands) {
		return names(commands, true);
	}

	private static List<String> names(List<RedisMonitor.Command> commands, boolean inScript) {
		return commands.stream()
			.filter((command) -> command.inScript() == inScript)
			.map(RedisMonitor.Command::name)
			.toList();
	}

}
