package io.distributedlock.autoconfigure.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

import redis.embedded.RedisServer;
import redis.embedded.core.RedisServerBuilder;

/**
 * A real server, without persistence.
 */
public final class TestRedis implements AutoCloseable {

	private final int port;

	private final RedisServer server;

	/**
	 * Starts a server.
	 * @param settings further lines of its configuration
	 */
	public TestRedis(String... settings) {
		this(freePort(), true, settings);
	}

	private TestRedis(int port, boolean plain, String... settings) {
		this.port = port;
		try {
			RedisServerBuilder builder = RedisServer.newRedisServer()
				.port(plain ? port : 0)
				.bind("127.0.0.1")
				.setting("save \"\"")
				.setting("appendonly no");
			for (String setting : settings) {
				builder.setting(setting);
			}
			this.server = builder.build();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		start();
	}

	/**
	 * Starts a server that speaks TLS only.
	 * @param settings further lines of its configuration
	 */
	static TestRedis withTls(String... settings) {
		int port = freePort();
		String[] all = new String[settings.length + 1];
		all[0] = "tls-port " + port;
		System.arraycopy(settings, 0, all, 1, settings.length);
		return new TestRedis(port, false, all);
	}

	int port() {
		return this.port;
	}

	/** Returns the property with the server's port. */
	public String property() {
		return "spring.data.redis.port=" + this.port;
	}

	void start() {
		try {
			this.server.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	void stop() {
		try {
			this.server.stop();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		stop();
	}

	static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
