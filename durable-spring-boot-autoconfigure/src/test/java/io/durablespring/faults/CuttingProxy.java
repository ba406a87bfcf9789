package io.durablespring.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Stands between nodes and their database. When it sees a COMMIT on its way, it may do
 * something about it. Expects a driver that sends the statement's text each time
 * ({@code prepareThreshold=0}).
 */
final class CuttingProxy implements AutoCloseable {

	private static final byte[] COMMIT = "COMMIT\0".getBytes(StandardCharsets.US_ASCII);

	private final ServerSocket server;

	private final int target;

	private final Supplier<Fault> faults;

	private final Duration latency;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final Map<Fault, AtomicInteger> counts = new EnumMap<>(Fault.class);

	private volatile boolean calm;

	private CuttingProxy(int target, Duration latency, Supplier<Fault> faults) {
		this.target = target;
		this.latency = latency;
		this.faults = faults;
		for (Fault fault : Fault.values()) {
			this.counts.put(fault, new AtomicInteger());
		}
		try {
			this.server = new ServerSocket(0, 50, InetAddress.getByName("localhost"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * @param latency how long a {@link Fault#DELAY} is
	 * @param faults says what becomes of a commit, each time
	 */
	static CuttingProxy before(int target, Duration latency, Supplier<Fault> faults) {
		CuttingProxy proxy = new CuttingProxy(target, latency, faults);
		proxy.threads.execute(proxy::accept);
		return proxy;
	}

	int port() {
		return this.server.getLocalPort();
	}

	int count(Fault fault) {
		return this.counts.get(fault).get();
	}

	/** From here on it only passes on. */
	void calmDown() {
		this.calm = true;
	}

	private void accept() {
		try {
			while (true) {
				Socket client = this.server.accept();
				this.threads.execute(() -> connect(client));
			}
		}
		catch (IOException ex) {
			// Closed.
		}
	}

	private void connect(Socket client) {
		try {
			client.setTcpNoDelay(true);
			Socket database = new Socket("localhost", this.target);
			database.setTcpNoDelay(true);
			Link link = new Link(client, database);
			this.threads.execute(link::answers);
			link.requests();
		}
		catch (IOException ex) {
			// The database is away: so is this connection.
			close(client);
		}
	}

	private Fault next() {
		Fault fault = this.calm ? Fault.NONE : this.faults.get();
		this.counts.get(fault).incrementAndGet();
		return fault;
	}

	private static int indexOf(byte[] text, byte[] buffer, int length) {
		for (int i = 0; i + text.length <= length; i++) {
			if (Arrays.equals(buffer, i, i + text.length, text, 0, text.length)) {
				return i;
			}
		}
		return -1;
	}

	private static void close(Socket socket) {
		try {
			socket.close();
		}
		catch (IOException ex) {
			// Then it is.
		}
	}

	@Override
	public void close() {
		try {
			this.server.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.threads.shutdownNow();
	}

	/**
	 * What becomes of a commit.
	 */
	enum Fault {

		/** Nothing special. */
		NONE,

		/** The connection breaks in the middle of the request: it is not committed. */
		CUT,

		/** It is committed, and the connection breaks before the answer. */
		SWALLOW,

		/** It takes long. */
		DELAY

	}

	/**
	 * A connection.
	 */
	private final class Link {

		private final Socket client;

		private final Socket database;

		private volatile boolean swallowing;

		Link(Socket client, Socket database) {
			this.client = client;
			this.database = database;
		}

		void requests() {
			byte[] buffer = new byte[64 * 1024];
			try (InputStream in = this.client.getInputStream(); OutputStream out = this.database.getOutputStream()) {
				for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
					int commit = indexOf(COMMIT, buffer, length);
					Fault fault = (commit >= 0) ? next() : Fault.NONE;
					if (fault == Fault.CUT) {
						// Half of the word has come through.
						out.write(buffer, 0, commit + COMMIT.length / 2);
						out.flush();
						break;
					}
					this.swallowing = fault == Fault.SWALLOW;
					if (fault == Fault.DELAY) {
						Moments.pass(CuttingProxy.this.latency);
					}
					out.write(buffer, 0, length);
					out.flush();
				}
			}
			catch (IOException ex) {
				// One of the two has gone.
			}
			finally {
				// A commit whose answer is to be lost has been given to the database.
				close(this.client);
				close(this.database);
			}
		}

		void answers() {
			byte[] buffer = new byte[64 * 1024];
			try (InputStream in = this.database.getInputStream(); OutputStream out = this.client.getOutputStream()) {
				for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
					if (this.swallowing) {
						break;
					}
					out.write(buffer, 0, length);
					out.flush();
				}
			}
			catch (IOException ex) {
				// One of the two has gone.
			}
			finally {
				close(this.client);
				close(this.database);
			}
		}

	}

}
