package io.durablespring.example;

import org.springframework.boot.ExitCodeGenerator;

/**
 * The arguments are wrong. Ends the application with exit status 2 and one line that says
 * what is wrong, before anything is started.
 */
public class UsageException extends RuntimeException implements ExitCodeGenerator {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message which argument is wrong, and why
	 */
	public UsageException(String message) {
		super(message);
	}

	@Override
	public int getExitCode() {
		return 2;
	}

}
