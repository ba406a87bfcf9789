package io.durablespring.faults;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Sends the signals that Java has no method for.
 */
final class Signals {

	private Signals() {
	}

	static void send(String signal, long pid) {
		try {
			int status = new ProcessBuilder("kill", signal, Long.toString(pid)).inheritIO().start().waitFor();
			if (status != 0) {
				throw new IllegalStateException("kill %s %d ended with %d".formatted(signal, pid, status));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
