package io.distributedlock.test;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Stands between clients and a server on this machine and makes the network fail: cuts
 * connections, refuses them, or holds back what one side sends. Bytes held back are
 * delivered later, even if the side that sent them is gone by then: what a slow network
 * does. Thread-safe.
 */
public final class TcpProxy implements AutoCloseable {

	private static final int BUFFER = 16 * 1024;

	private final InetSocketAddress server;

	private final Set<Link> links = ConcurrentHashMap.newKeySet();

	private final Gate requests = new Gate();

	private final Gate replies = new Gate();

	private final int port;

	private volatile @Nullable ServerSocket door;

	/**
	 * Starts a proxy on a free loopback port.
	 * @param serverPort the server's loopback port
	 */
	public TcpProxy(int serverPort) {
		this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort);
		this.port = open(0);
	}

	/**
	 * Returns where clients connect.
	 * @return a port of the loopback interface
	 */
	public int port() {
		return this.port;
	}

	/**
	 * Breaks all connections and refuses new ones.
	 */
	public void cut() {
		refuseConnections();
		breakConnections();
	}

	/**
	 * Refuses new connections; those there are go on.
	 */
	public void refuseConnections() {
		ServerSocket opened = this.door;
		this.door = null;
		if (opened != null) {
			closeQuietly(opened);
		}
	}

	/**
	 * Breaks all connections; new ones are accepted.
	 */
	public void breakConnections() {
		this.links.forEach(Link::close);
	}

	/**
	 * Holds back what clients send from now on.
	 */
	public void holdRequests() {
		this.requests.shut();
	}

	/**
	 * Holds back what the server sends from now on.
	 */
	public void holdReplies() {
		this.replies.shut();
	}

	/**
	 * Mends the network: delivers what was held back and accepts connections.
	 */
	public void mend() {
		if (this.door == null) {
			open(this.port);
		}
		this.requests.open();
		this.replies.open();
	}

	@Override
	public void close() {
		cut();
		this.requests.open();
		this.replies.open();
	}

	private int open(int atPort) {
		try {
			ServerSocket opened = new ServerSocket();
			opened.setReuseAddress(true);
			opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), atPort));
			this.door = opened;
			start("accept", () -> accept(opened));
			return opened.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void accept(ServerSocket opened) {
		while (!opened.isClosed()) {
			try {
				connect(opened.accept(), opened);
			}
			catch (IOException ex) {
				// the door was closed, or one client could not be served
			}
		}
	}

	private void connect(Socket client, ServerSocket opened) throws IOException {
		Socket upstream = new Socket();
		try {
			upstream.connect(this.server);
		}
		catch (IOException ex) {
			closeQuietly(client);
			throw ex;
		}
		client.setTcpNoDelay(true);
		upstream.setTcpNoDelay(true);
		Link link = new Link(client, upstream);
		this.links.add(link);
		start("requests", () -> link.pump(client, upstream, this.requests));
		start("replies", () -> link.pump(upstream, client, this.replies));
		if (opened.isClosed()) {
			link.close();
		}
	}

	private static void start(String name, Runnable task) {
		Thread thread = new Thread(task, "tcp-proxy-" + name);
		thread.setDaemon(true);
		thread.start();
	}

	private static void closeQuietly(AutoCloseable closeable) {
		try {
			closeable.close();
		}
		catch (Exception ex) {
			// it is gone either way
		}
	}

	/**
	 * A connection of a client and the one to the server that belongs to it.
	 */
	private final class Link {

		private final Socket client;

		private final Socket upstream;

		Link(Socket client, Socket upstream) {
			this.client = client;
			this.upstream = upstream;
		}

		void pump(Socket from, Socket to, Gate gate) {
			byte[] buffer = new byte[BUFFER];
			try {
				InputStream input = from.getInputStream();
				OutputStream output = to.getOutputStream();
				for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
					gate.pass();
					output.write(buffer, 0, count);
				}
				gate.pass();
			}
			catch (IOException ex) {
				// one side is gone
			}
			close();
		}

		void close() {
			TcpProxy.this.links.remove(this);
			closeQuietly(this.client);
			closeQuietly(this.upstream);
		}

	}

	/**
	 * Lets bytes of one direction through, or not.
	 */
	private static final class Gate {

		private final ReentrantLock mutex = new ReentrantLock();

		private final Condition opened = this.mutex.newCondition();

		private boolean shut;

		void shut() {
			this.mutex.lock();
			try {
				this.shut = true;
			}
			finally {
				this.mutex.unlock();
			}
		}

		void open() {
			this.mutex.lock();
			try {
				this.shut = false;
				this.opened.signalAll();
			}
			finally {
				this.mutex.unlock();
			}
		}

		void pass() {
			this.mutex.lock();
			try {
				while (this.shut) {
					this.opened.awaitUninterruptibly();
				}
			}
			finally {
				this.mutex.unlock();
			}
		}

	}

}
