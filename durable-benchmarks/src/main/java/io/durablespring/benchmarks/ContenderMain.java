package io.durablespring.benchmarks;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/**
 * One system in a process of its own, for one workload. Takes a command on each line of
 * its input and answers on its output; whatever else is printed goes to its errors.
 */
final class ContenderMain {

	private ContenderMain() {
	}

	/**
	 * Runs what it is told to.
	 * @param arguments the system and the workload
	 */
	public static void main(String[] arguments) {
		PrintStream answers = System.out;
		System.setOut(System.err);
		// Threads that a system leaves behind do not keep the process.
		try {
			serve(arguments[0], Workloads.named(arguments[1]), answers);
			System.exit(0);
		}
		catch (Throwable ex) {
			ex.printStackTrace();
			answers.println("FAILED " + String.valueOf(ex).replace('\n', ' '));
			answers.flush();
			Runtime.getRuntime().halt(1);
		}
	}

	private static void serve(String system, Workload workload, PrintStream answers) throws Exception {
		Settings settings = new Settings();
		LongAdder steps = new LongAdder();
		Figures figures = (metric, value, unit) -> answers
			.println(String.format(Locale.ROOT, "FIGURE %s %s %s", metric, value, unit));
		try (Contender contender = Contenders.open(system, settings, steps)) {
			if (!workload.suits(contender)) {
				answers.println("UNFIT");
				return;
			}
			answers.println("DONE");
			BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
			for (String command = commands.readLine(); command != null; command = commands.readLine()) {
				contender.renew();
				switch (command) {
					case "warm-up" -> workload.warmUp(new Bench(contender, settings, steps, Figures.NONE));
					case "run" -> workload.run(new Bench(contender, settings, steps, figures));
					default -> throw new IllegalArgumentException(command);
				}
				answers.println("DONE");
			}
		}
	}

}
