package io.distributedlock.autoconfigure.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

import org.h2.tools.Server;

/**
 * An H2 server on loopback that can stop answering as a stopped process does: it accepts
 * connections and commands, and says nothing.
 */
final class FreezableServer implements AutoCloseable {

	private final Server server;

	private final ServerSocket front;

	private final List<Socket> sockets = new CopyOnWriteArrayList<>();

	/** Bytes pass while reading is allowed. */
	private final ReadWriteLock passage = new ReentrantReadWriteLock();

	private final String url;

	FreezableServer() throws IOException, SQLException {
		this.server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
		this.front = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		this.url = "jdbc:h2:tcp://127.0.0.1:%d/mem:%s;DB_CLOSE_DELAY=-1".formatted(this.front.getLocalPort(),
				UUID.randomUUID());
		start(this::accept);
	}

	String url() {
		return this.url;
	}

	void freeze() {
		this.passage.writeLock().lock();
	}

	/** Only the thread that froze the server thaws it. */
	void thaw() {
		this.passage.writeLock().unlock();
	}

	private void accept() throws IOException {
		while (true) {
			Socket client = this.front.accept();
			Socket target = new Socket(InetAddress.getLoopbackAddress(), this.server.getPort());
			this.sockets.addAll(List.of(client, target));
			start(() -> pass(client, target));
			start(() -> pass(target, client));
		}
	}

	private void pass(Socket from, Socket to) throws IOException {
		try (from; to) {
			InputStream in = from.getInputStream();
			OutputStream out = to.getOutputStream();
			byte[] bytes = new byte[8192];
			for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
				this.passage.readLock().lock();
				try {
					out.write(bytes, 0, read);
				}
				finally {
					this.passage.readLock().unlock();
				}
			}
		}
	}

	private static void start(Traffic traffic) {
		Thread thread = new Thread(() -> {
			try {
				traffic.run();
			}
			catch (IOException ex) {
				// the other side has gone
			}
		}, "freezable-server");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() throws IOException {
		this.front.close();
		for (Socket socket : this.sockets) {
			socket.close();
		}
		this.server.stop();
	}

	@FunctionalInterface
	private interface Traffic {

		void run() throws IOException;

	}

}
