package io.durablespring.benchmarks;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

import javax.sql.DataSource;

/**
 * Two nodes under a steady load, of which one is killed: how long it takes until the
 * other has caught up with what both have left undone. The broker has its default
 * settings, by which it misses a dead consumer after 45 seconds.
 */
final class Recover implements Workload {

	private static final String COMPLETED = "select count(*) from durable_instance where status = 'COMPLETED'"
			+ " and starts_with(id, ?)";

	@Override
	public String name() {
		return "recover";
	}

	@Override
	public boolean suits(Contender contender) {
		return contender instanceof DurableSpring;
	}

	@Override
	public void warmUp(Bench bench) throws Exception {
		List<Job> jobs = Job.many(bench.prefix(), Program.HELLO3, 0, 2000);
		new ManyThreads(bench.settings()).each(jobs, bench::time);
	}

	@Override
	public void run(Bench bench) throws Exception {
		Process peer = startPeer(bench.settings());
		try {
			measure(bench, peer);
		}
		finally {
			peer.destroyForcibly();
		}
	}

	private static Process startPeer(Settings settings) throws Exception {
		List<String> options = new ArrayList<>(settings.asOptions());
		options.add("-Xmx" + settings.text("heap", "2g"));
		Path log = Files.createTempFile(Path.of(settings.required("target")), "peer-", ".log");
		Process peer = JavaProcess.start(options, PeerNodeMain.class.getName(), List.of(Contenders.OURS), log);
		BufferedReader answers = peer.inputReader(StandardCharsets.UTF_8);
		if (!"READY".equals(answers.readLine())) {
			throw new IllegalStateException("The other node does not start: see " + log);
		}
		return peer;
	}

	private static void measure(Bench bench, Process peer) throws Exception {
		double rate = bench.settings().size("recover.rate", 50, 20);
		String prefix = bench.prefix();
		AtomicLong started = new AtomicLong();
		AtomicReference<Exception> broken = new AtomicReference<>();
		Thread load = new Thread(() -> load(bench.contender(), prefix, rate, started, broken), "load");
		load.start();
		try {
			DataSource database = ((DurableSpring) bench.contender()).database();
			Thread.sleep(bench.settings().size("recover.seconds", 20, 10) * 1000L);
			long openBefore = started.get() - Databases.count(database, COMPLETED, prefix);
			long killed = System.nanoTime();
			long startedBefore = started.get();
			peer.destroyForcibly().waitFor();
			// What is under way when nothing is wrong, and what arrives while we look.
			long usual = openBefore + (long) rate;
			// The other node's share of what arrives piles up until it is taken over.
			double worst = 0;
			while (true) {
				Thread.sleep(250);
				long open = started.get() - Databases.count(database, COMPLETED, prefix);
				worst = Math.max(worst, open);
				double seconds = (System.nanoTime() - killed) / 1e9;
				if (broken.get() != null) {
					throw new IllegalStateException("The load has stopped", broken.get());
				}
				// Only after a while: the dead node's share of what arrives has to pile
				// up first.
				if (open <= usual && seconds > 10 && started.get() > startedBefore) {
					bench.figures().note("recovered-after", seconds, "s");
					bench.figures().note("most-open", worst, "instances");
					return;
				}
				if (seconds > 300) {
					throw new IllegalStateException(open + " instances are open after five minutes");
				}
			}
		}
		finally {
			load.interrupt();
			load.join();
		}
	}

	private static void load(Contender contender, String prefix, double rate, AtomicLong started,
			AtomicReference<Exception> broken) {
		long begin = System.nanoTime();
		try {
			for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
				long arrival = begin + (long) (i * 1e9 / rate);
				LockSupport.parkNanos(arrival - System.nanoTime());
				contender.start(new Job(prefix + i, Program.HELLO3, 0));
				started.incrementAndGet();
			}
		}
		catch (Exception ex) {
			// Or the interrupt in the midst of a start, when nobody asks any more.
			broken.set(ex);
		}
	}

}
