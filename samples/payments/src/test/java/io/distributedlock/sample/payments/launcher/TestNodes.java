package io.distributedlock.sample.payments.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

import io.distributedlock.sample.payments.CaptureRequest;
import io.distributedlock.sample.payments.PaymentsApplication;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.util.FileSystemUtils;

/**
 * Nodes that run the classes under test, in a folder and on a database of their own.
 */
final class TestNodes {

	private static final int PORT_TRIES = 50;

	private TestNodes() {
	}

	static Path freshFolder(String name) {
		Path folder = Path.of("target", "test-nodes", name).toAbsolutePath();
		try {
			FileSystemUtils.deleteRecursively(folder);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return folder;
	}

	static Program program(Path folder, String... arguments) {
		return programWithClassPath(folder, System.getProperty("java.class.path"), arguments);
	}

	static Program programWithClassPath(Path folder, String classPath, String... arguments) {
		return new Program(folder, List.of("-cp", classPath, PaymentsApplication.class.getName()), List.of(arguments));
	}

	/**
	 * Finds free ports in a row.
	 * @param count how many
	 * @return the first of them
	 */
	static int freePorts(int count) {
		for (int i = 0; i < PORT_TRIES; i++) {
			// below the ports that outgoing connections get
			int first = ThreadLocalRandom.current().nextInt(15_000, 30_000);
			if (IntStream.range(0, count).allMatch((next) -> isFree(first + next))) {
				return first;
			}
		}
		throw new IllegalStateException("No " + count + " free ports in a row");
	}

	private static boolean isFree(int port) {
		try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
			return socket.isBound();
		}
		catch (IOException ex) {
			return false;
		}
	}

	/** Opens the database that running nodes serve. */
	static JdbcClient database(Path folder) {
		return JdbcClient.create(new DriverManagerDataSource("jdbc:h2:%s;AUTO_SERVER=TRUE;IFEXISTS=TRUE"
			.formatted(folder.resolve(Program.DATABASE).resolve("payments"))));
	}

	static List<CaptureRequest> firstRequests(int count) {
		return CaptureRequest.readAll().subList(0, count);
	}

	static void await(String what, Duration atMost, BooleanSupplier condition) {
		long deadline = System.nanoTime() + atMost.toNanos();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() > deadline) {
				throw new AssertionError("Not within %s: %s".formatted(atMost, what));
			}
			Pause.of(Duration.ofMillis(100));
		}
	}

}
