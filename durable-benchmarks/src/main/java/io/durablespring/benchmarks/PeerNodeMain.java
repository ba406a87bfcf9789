package io.durablespring.benchmarks;

import java.util.concurrent.atomic.LongAdder;

/**
 * One more node of a system, which works until its input ends, or until it is killed.
 */
final class PeerNodeMain {

	private PeerNodeMain() {
	}

	/**
	 * Runs a node.
	 * @param arguments the system
	 * @throws Exception if it does not start
	 */
	public static void main(String[] arguments) throws Exception {
		try (Contender contender = Contenders.open(arguments[0], new Settings(), new LongAdder())) {
			System.out.println("READY");
			while (System.in.read() >= 0) {
				// Nobody says anything.
			}
		}
	}

}
