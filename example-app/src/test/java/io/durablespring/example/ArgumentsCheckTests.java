package io.durablespring.example;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.bootstrap.DefaultBootstrapContext;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ArgumentsCheck}.
 */
class ArgumentsCheckTests {

	@Test
	void noArgumentsAreFine() {
		check(Map.of());
	}

	@Test
	void properArgumentsAreFine() {
		check(Map.of("chaining.item", "teapot", "http.year", "2025", "monitor.url", "http://localhost/", "cleanup.keep",
				"30d", "approval.request", "A new laptop"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			chaining.price   | dear     | chaining.price=dear: For input string: "dear"
			chaining.item    | ''       | chaining.item is missing: name what to order
			chaining.exit    | maybe    | chaining.exit=maybe: Invalid boolean value 'maybe'
			http.year        | 0        | http.year must be from 1 to 9999 but is 0
			monitor.url      | file:/x  | monitor.url does not begin with http:// or https://: file:/x
			monitor.interval | 5s       | monitor.url is missing: name the address to watch
			monitor.interval | soon     | monitor.interval=soon: 'soon' is not a valid duration
			approval.exit    | true     | approval.request is missing: say what is to be approved
			cleanup.at       | 09:00    | cleanup.keep is missing: say how long finished instances are kept, such as 30d
			""")
	void wrongArgumentIsNamed(String name, String value, String message) {
		assertRefused(Map.of(name, value), message);
	}

	@Test
	void timeOfDayThatDoesNotExistIsNamed() {
		assertRefused(Map.of("cleanup.keep", "30d", "cleanup.at", "25:00"),
				"Not a time of day and a time zone, such as 09:00 and Europe/Paris: Text '25:00'");
	}

	private static void assertRefused(Map<String, Object> arguments, String message) {
		assertThatExceptionOfType(UsageException.class).isThrownBy(() -> check(arguments))
			.withMessageStartingWith(message);
	}

	private static void check(Map<String, Object> arguments) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("arguments", arguments));
		new ArgumentsCheck().onApplicationEvent(new ApplicationEnvironmentPreparedEvent(new DefaultBootstrapContext(),
				new SpringApplication(), new String[0], environment));
	}

}
