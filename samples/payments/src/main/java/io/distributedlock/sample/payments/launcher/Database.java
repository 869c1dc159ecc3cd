package io.distributedlock.sample.payments.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * The files of the nodes' database.
 *
 * @param folder where they are
 */
record Database(Path folder) {

	private static final String LOCK_FILE = "payments.lock.db";

	private static final int CONNECT_MILLIS = 1000;

	/** Deletes the database of an earlier start. */
	void delete() {
		if (isServed()) {
			throw new IllegalStateException(
					"A node of an earlier start still uses the database in %s: stop it first".formatted(this.folder));
		}
		if (Files.isDirectory(this.folder)) {
			try (Stream<Path> files = Files.list(this.folder)) {
				for (Path file : files.toList()) {
					Files.delete(file);
				}
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
	}

	/**
	 * Finds out whether a node has the database open. That node wrote its address into
	 * H2's lock file; one that was killed left the file behind.
	 * @return whether a node lets others use the database
	 */
	boolean isServed() {
		Path lock = this.folder.resolve(LOCK_FILE);
		if (!Files.exists(lock)) {
			return false;
		}
		Properties properties = new Properties();
		try (InputStream content = Files.newInputStream(lock); Socket socket = new Socket()) {
			properties.load(content);
			String port = properties.getProperty("server", "").replaceFirst(".*:", "");
			socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port)),
					CONNECT_MILLIS);
			return true;
		}
		catch (IOException | NumberFormatException ex) {
			return false;
		}
	}

}
