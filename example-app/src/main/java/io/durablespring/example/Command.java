package io.durablespring.example;

/**
 * Something that arguments ask the application to do once it runs.
 */
public interface Command {

	/**
	 * Does it, and reports on the console.
	 * @return the exit status: 0 if it went well
	 * @throws InterruptedException if the thread is interrupted
	 */
	int run() throws InterruptedException;

	/**
	 * Whether the application is to exit afterwards. Otherwise it stays up, for a look at
	 * its endpoints.
	 * @return whether to exit
	 */
	boolean exitsAfterwards();

}
