package io.durablespring.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Stands between nodes and a server, and is the network that fails. Before a database it
 * may do something about each COMMIT that it sees on its way: it expects a driver that
 * sends the statement's text each time ({@code prepareThreshold=0}).
 */
final class CuttingProxy implements AutoCloseable {

	private static final byte[] COMMIT = "COMMIT\0".getBytes(StandardCharsets.US_ASCII);

	private final ServerSocket server;

	private final int target;

	private final Supplier<Fault> faults;

	private final Duration latency;

	private final ExecutorService threads = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task, "proxy");
		thread.setDaemon(true);
		return thread;
	});

	private final Set<Link> links = ConcurrentHashMap.newKeySet();

	private final Map<Fault, AtomicInteger> counts = new EnumMap<>(Fault.class);

	private volatile boolean calm;

	private Line line = Line.UP;

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

	/** Does nothing unless it is told to. */
	static CuttingProxy before(int target) {
		return before(target, Duration.ZERO, () -> Fault.NONE);
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

	/**
	 * Nothing comes through any more, in either direction, and nobody is told: as if a
	 * cable had been pulled out. What was under way is still there when it is put in
	 * again, since TCP would send it once more.
	 */
	void silence() {
		set(Line.SILENT);
	}

	/** All connections are reset, and new ones are, too. */
	void breakOff() {
		set(Line.BROKEN);
		resetAll();
	}

	/** Connections that are there are reset; new ones are fine. */
	void resetAll() {
		this.links.forEach(Link::reset);
	}

	void mend() {
		set(Line.UP);
	}

	private synchronized void set(Line line) {
		this.line = line;
		notifyAll();
	}

	private synchronized boolean isBroken() {
		return this.line == Line.BROKEN;
	}

	private synchronized void awaitSound() throws IOException {
		try {
			while (this.line == Line.SILENT) {
				wait();
			}
		}
		catch (InterruptedException ex) {
			throw new InterruptedIOException();
		}
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
			awaitSound();
			client.setTcpNoDelay(true);
			Socket server = new Socket("localhost", this.target);
			server.setTcpNoDelay(true);
			Link link = new Link(client, server);
			this.links.add(link);
			if (isBroken()) {
				link.reset();
			}
			this.threads.execute(link::answers);
			link.requests();
			this.links.remove(link);
		}
		catch (IOException ex) {
			// The server is away: so is this connection.
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
	 * What the network does.
	 */
	private enum Line {

		UP, SILENT, BROKEN

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

		private final Socket server;

		private volatile boolean swallowing;

		Link(Socket client, Socket server) {
			this.client = client;
			this.server = server;
		}

		/** By RST, not in an orderly way. */
		void reset() {
			for (Socket socket : List.of(this.client, this.server)) {
				try {
					socket.setSoLinger(true, 0);
				}
				catch (IOException ex) {
					// It was closed before.
				}
				close(socket);
			}
		}

		void requests() {
			byte[] buffer = new byte[64 * 1024];
			try (InputStream in = this.client.getInputStream(); OutputStream out = this.server.getOutputStream()) {
				for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
					awaitSound();
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
				close(this.server);
			}
		}

		void answers() {
			byte[] buffer = new byte[64 * 1024];
			try (InputStream in = this.server.getInputStream(); OutputStream out = this.client.getOutputStream()) {
				for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
					awaitSound();
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
				close(this.server);
			}
		}

	}

}
