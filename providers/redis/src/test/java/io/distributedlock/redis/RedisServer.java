package io.distributedlock.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.distributedlock.test.TcpProxy;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.ArrayOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;

import org.springframework.util.FileSystemUtils;

/**
 * A real server, without persistence unless its options say otherwise. One of each
 * program is shared by all tests that leave it as it is.
 */
final class RedisServer implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final RedisProgram program;

	private final List<String> options;

	private final int port;

	private final Path folder;

	private final Thread atExit = new Thread(this::kill, "stop-redis");

	private Process process;

	RedisServer(RedisProgram program, String... options) {
		this(program, freePort(), options);
	}

	RedisServer(RedisProgram program, int port, String... options) {
		this.program = program;
		this.port = port;
		this.options = List.of(options);
		try {
			this.folder = Files
				.createTempDirectory(Files.createDirectories(Path.of(System.getProperty("java.io.tmpdir"))), "redis");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.process = start();
		Runtime.getRuntime().addShutdownHook(this.atExit);
	}

	/**
	 * Returns the server of a program that all tests share.
	 */
	static RedisServer shared(RedisProgram program) {
		return Shared.of(program);
	}

	private Process start() {
		List<String> command = new ArrayList<>(List.of(this.program.path().toString(), "--port",
				String.valueOf(this.port), "--bind", "127.0.0.1", "--dir", this.folder.toString(), "--save", "",
				"--appendonly", "no", "--logfile", this.folder.resolve("server.log").toString()));
		command.addAll(this.options);
		try {
			Process started = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(this.folder.resolve("output.log").toFile()))
				.start();
			awaitConnections(started);
			return started;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void awaitConnections(Process started) {
		long start = System.nanoTime();
		while (!isListening()) {
			if (!started.isAlive() || System.nanoTime() - start > PATIENCE.toNanos()) {
				throw new IllegalStateException("%s did not start: see %s".formatted(this.program, this.folder));
			}
			LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
		}
	}

	private boolean isListening() {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port), 1_000);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	int port() {
		return this.port;
	}

	long pid() {
		return this.process.pid();
	}

	/**
	 * Sends a command as {@code redis-cli} does.
	 * @return the lines or elements of the reply
	 */
	List<String> cli(String command, String... arguments) {
		RedisURI uri = RedisURI.builder().withHost("127.0.0.1").withPort(this.port).withTimeout(PATIENCE).build();
		RedisClient client = RedisClient.create(uri);
		try (StatefulRedisConnection<String, String> connection = client.connect()) {
			CommandArgs<String, String> rest = new CommandArgs<>(StringCodec.UTF8);
			List.of(arguments).forEach(rest::add);
			List<Object> reply = connection.sync()
				.dispatch(new CommandKeyword(command), new ArrayOutput<>(StringCodec.UTF8), rest);
			return reply.stream().flatMap((each) -> String.valueOf(each).lines()).toList();
		}
		finally {
			client.shutdown(Duration.ZERO, Duration.ZERO);
		}
	}

	private record CommandKeyword(String word) implements ProtocolKeyword {

		@Override
		public byte[] getBytes() {
			return this.word.getBytes(StandardCharsets.US_ASCII);
		}

	}

	/** Puts a proxy before the server. */
	TcpProxy newProxy() {
		return new TcpProxy(this.port);
	}

	/** Ends the process as {@code kill -9} does. */
	void kill() {
		this.process.destroyForcibly();
		try {
			this.process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Starts the server again on the same port and folder, once it was killed. */
	void restart() {
		this.process = start();
	}

	/** Stops the process for a while, as {@code kill -STOP} does. */
	void freeze() {
		signal("-STOP");
	}

	void thaw() {
		signal("-CONT");
	}

	private void signal(String signal) {
		try {
			new ProcessBuilder("kill", signal, String.valueOf(pid())).start().waitFor();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void close() {
		Runtime.getRuntime().removeShutdownHook(this.atExit);
		kill();
		FileSystemUtils.deleteRecursively(this.folder.toFile());
	}

	static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Started when first needed; end with the process. */
	private static final class Shared {

		private static final Map<RedisProgram, RedisServer> SERVERS = new ConcurrentHashMap<>();

		static RedisServer of(RedisProgram program) {
			return SERVERS.computeIfAbsent(program, RedisServer::new);
		}

	}

}
