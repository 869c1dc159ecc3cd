package io.distributedlock.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;

import io.distributedlock.test.TcpProxy;

import org.springframework.util.FileSystemUtils;

/**
 * A real server, without persistence unless its options say otherwise. One of each
 * program is shared by all tests that leave it as it is.
 */
final class RedisServer implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final Duration ANSWER = Duration.ofSeconds(1);

	private static final int ATTEMPTS = 3;

	private final RedisProgram program;

	private final List<String> options;

	private final Path folder;

	private final Queue<TcpProxy> proxies = new ConcurrentLinkedQueue<>();

	private final Thread atExit = new Thread(this::kill, "stop-redis");

	private int port;

	private Process process;

	RedisServer(RedisProgram program, String... options) {
		this(program, RedisServer::freePort, options);
	}

	RedisServer(RedisProgram program, IntSupplier ports, String... options) {
		this.program = program;
		this.options = List.of(options);
		try {
			this.folder = Files
				.createTempDirectory(Files.createDirectories(Path.of(System.getProperty("java.io.tmpdir"))), "redis");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.process = startOnOneOf(ports);
		Runtime.getRuntime().addShutdownHook(this.atExit);
	}

	/**
	 * Returns the server of a program that all tests share.
	 */
	static RedisServer shared(RedisProgram program) {
		return Shared.of(program);
	}

	/** Somebody else may take a port that was free a moment ago. */
	private Process startOnOneOf(IntSupplier ports) {
		for (int i = 1; i < ATTEMPTS; i++) {
			this.port = ports.getAsInt();
			try {
				return start();
			}
			catch (IllegalStateException ex) {
				System.out.println(ex.getMessage());
			}
		}
		this.port = ports.getAsInt();
		return start();
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
		while (!isServedBy(started)) {
			if (!started.isAlive() || System.nanoTime() - start > PATIENCE.toNanos()) {
				started.destroyForcibly();
				throw new IllegalStateException(
						"%s did not start on port %d: see %s".formatted(this.program, this.port, this.folder));
			}
			LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
		}
	}

	/** Another process that has the port may accept connections, too. */
	private boolean isServedBy(Process started) {
		try (RedisConsole console = new RedisConsole(this.port, ANSWER)) {
			return console.call("INFO", "server").contains("process_id:" + started.pid() + "\r");
		}
		catch (UncheckedIOException | IllegalStateException ex) {
			return false;
		}
	}

	int port() {
		return this.port;
	}

	long pid() {
		return this.process.pid();
	}

	/** Puts a proxy before the server. It ends with the server. */
	TcpProxy newProxy() {
		TcpProxy proxy = new TcpProxy(this.port);
		this.proxies.add(proxy);
		return proxy;
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

	/** Also ends the connections that tests have opened. */
	@Override
	public void close() {
		Runtime.getRuntime().removeShutdownHook(this.atExit);
		Connections.end(this.port);
		for (TcpProxy proxy : this.proxies) {
			Connections.end(proxy.port());
			proxy.close();
		}
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
