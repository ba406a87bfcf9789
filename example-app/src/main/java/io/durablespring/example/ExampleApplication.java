package io.durablespring.example;

import java.util.List;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The example application. Every sub-package shows one pattern; arguments choose what
 * runs, for example {@code --backup.root=docs --backup.target=/tmp/backup}.
 */
@SpringBootApplication(proxyBeanMethods = false)
public class ExampleApplication {

	/**
	 * Starts the application and runs the commands that its arguments ask for.
	 * @param args the arguments, such as {@code --hello.names=Ada,Alan}
	 * @throws InterruptedException if the main thread is interrupted
	 */
	public static void main(String[] args) throws InterruptedException {
		ConfigurableApplicationContext context = SpringApplication.run(ExampleApplication.class, args);
		List<Command> commands = context.getBeanProvider(Command.class).orderedStream().toList();
		int status = 0;
		// After the application is ready, not as an ApplicationRunner: those hold back
		// its
		// readiness until they are done, and these may take hours.
		try {
			for (Command command : commands) {
				status = Math.max(status, command.run());
			}
		}
		catch (RuntimeException ex) {
			if (context.isClosed()) {
				// Ctrl-C: everything that a command stands on has been taken away from
				// it.
				return;
			}
			if (commands.stream().noneMatch(Command::exitsAfterwards)) {
				throw ex;
			}
			ex.printStackTrace();
			status = 1;
		}
		Links links = context.getBean(Links.class);
		if (commands.isEmpty()) {
			System.out.println("Nothing to do. Start with --backup.root=DIR --backup.target=DIR or --hello.names=A,B,");
			System.out.println("--chaining.item=teapot, --http.year=2025, --monitor.url=URL, --approval.request=TEXT");
			System.out.println("or --cleanup.keep=30d.");
			links.print(null);
		}
		if (commands.stream().anyMatch(Command::exitsAfterwards)) {
			int code = status;
			System.exit(SpringApplication.exit(context, () -> code));
		}
	}

}
