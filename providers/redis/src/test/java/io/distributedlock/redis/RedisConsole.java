package io.distributedlock.redis;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an operator has in redis-cli: a connection of its own, and commands as text.
 */
final class RedisConsole implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final Socket socket = new Socket();

	private final InputStream replies;

	RedisConsole(RedisServer server) {
		this(server.port(), PATIENCE);
	}

	RedisConsole(int port, Duration timeout) {
		int millis = Math.toIntExact(timeout.toMillis());
		try {
			this.socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), millis);
			this.socket.setSoTimeout(millis);
			this.replies = new BufferedInputStream(this.socket.getInputStream());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Sends a command and waits for its reply.
	 * @param command its words
	 * @return the reply as text, a list as its elements each on a line
	 * @throws IllegalStateException if the reply is an error
	 */
	String call(String... command) {
		send(command);
		return receive();
	}

	void send(String... command) {
		StringBuilder request = new StringBuilder("*" + command.length + "\r\n");
		for (String word : command) {
			request.append("$%d\r\n%s\r\n".formatted(word.getBytes(StandardCharsets.UTF_8).length, word));
		}
		try {
			this.socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	String receive() {
		try {
			Object reply = reply();
			return (reply instanceof List<?> list) ? String.join("\n", list.stream().map(String::valueOf).toList())
					: String.valueOf(reply);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The fields of a hash. */
	Map<String, String> hash(String name) {
		send("HGETALL", name);
		try {
			List<?> reply = (List<?>) reply();
			Map<String, String> fields = new LinkedHashMap<>();
			for (int i = 0; i < reply.size(); i += 2) {
				fields.put((String) reply.get(i), (String) reply.get(i + 1));
			}
			return fields;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	boolean exists(String name) {
		return call("EXISTS", name).equals("1");
	}

	/** How long a key lasts, in milliseconds. */
	long lifetime(String name) {
		return Long.parseLong(call("PTTL", name));
	}

	private Object reply() throws IOException {
		String line = line();
		String rest = line.substring(1);
		return switch (line.charAt(0)) {
			case '+', ':' -> rest;
			case '-' -> throw new IllegalStateException(rest);
			case '$' -> bulk(Integer.parseInt(rest));
			case '*' -> list(Integer.parseInt(rest));
			default -> throw new IOException("Not a reply: " + line);
		};
	}

	private String bulk(int length) throws IOException {
		if (length < 0) {
			return "(nil)";
		}
		byte[] content = this.replies.readNBytes(length);
		line();
		return new String(content, StandardCharsets.UTF_8);
	}

	private List<String> list(int length) throws IOException {
		List<String> list = new ArrayList<>();
		for (int i = 0; i < length; i++) {
			list.add(String.valueOf(reply()));
		}
		return list;
	}

	private String line() throws IOException {
		StringBuilder line = new StringBuilder();
		for (int next = this.replies.read(); next != '\n'; next = this.replies.read()) {
			if (next < 0) {
				throw new EOFException();
			}
			if (next != '\r') {
				line.append((char) next);
			}
		}
		return line.toString();
	}

	@Override
	public void close() {
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
