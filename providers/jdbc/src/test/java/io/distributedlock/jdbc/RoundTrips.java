package io.distributedlock.jdbc;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import javax.net.SocketFactory;

/**
 * Makes a driver's sockets and counts how often one of them wrote something and then read
 * the answer. Drivers are told its name and create it themselves.
 */
public final class RoundTrips extends SocketFactory {

	/** Held by the tests that count, as all count together. */
	static final String LOCK = "round trips";

	private static final AtomicLong count = new AtomicLong();

	static long count() {
		return count.get();
	}

	@Override
	public Socket createSocket() {
		return new CountingSocket();
	}

	@Override
	public Socket createSocket(String host, int port) {
		throw new UnsupportedOperationException();
	}

	@Override
	public Socket createSocket(String host, int port, InetAddress local, int localPort) {
		throw new UnsupportedOperationException();
	}

	@Override
	public Socket createSocket(InetAddress host, int port) {
		throw new UnsupportedOperationException();
	}

	@Override
	public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
		throw new UnsupportedOperationException();
	}

	private static final class CountingSocket extends Socket {

		private final AtomicBoolean asked = new AtomicBoolean();

		@Override
		public OutputStream getOutputStream() throws IOException {
			return new FilterOutputStream(super.getOutputStream()) {
				@Override
				public void write(byte[] bytes, int from, int length) throws IOException {
					CountingSocket.this.asked.set(true);
					this.out.write(bytes, from, length);
				}
			};
		}

		@Override
		public InputStream getInputStream() throws IOException {
			return new FilterInputStream(super.getInputStream()) {
				@Override
				public int read(byte[] bytes, int from, int length) throws IOException {
					if (CountingSocket.this.asked.getAndSet(false)) {
						count.incrementAndGet();
					}
					return super.read(bytes, from, length);
				}
			};
		}

	}

}
