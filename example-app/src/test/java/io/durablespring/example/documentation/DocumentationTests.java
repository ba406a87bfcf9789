package io.durablespring.example.documentation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * Holds the pages of the repository to the code that they include, and to the tests that
 * they name. With {@code -Ddocs.update=true} it writes the code into the pages first.
 */
class DocumentationTests {

	private static final String UPDATE = """
			To put the code of the sources into the pages:
			  ./mvnw -q -B -ntp -pl example-app -am test -Dtest=DocumentationTests \
			-Dsurefire.failIfNoSpecifiedTests=false -Ddocs.update=true
			""";

	private static final Pattern CREATE_TABLE = Pattern.compile("(?i)CREATE TABLE (?:IF NOT EXISTS )?(\\w+)");

	private final Path root = root();

	@Test
	void pagesShowTheCodeThatTheyInclude() throws IOException {
		List<String> problems = new ArrayList<>();
		for (Path file : pages()) {
			if (Boolean.getBoolean("docs.update")) {
				Page.read(this.root, file).update();
			}
			problems.addAll(Page.read(this.root, file).problems());
		}
		if (!problems.isEmpty()) {
			fail(String.join("\n", problems) + "\n" + UPDATE);
		}
	}

	@Test
	void everyPatternIncludesItsCode() throws IOException {
		List<Path> patterns = pages().stream()
			.filter((page) -> page.startsWith(this.root.resolve("docs/patterns")) && !page.endsWith("README.md"))
			.toList();
		assertThat(patterns).hasSize(6);
		for (Path pattern : patterns) {
			assertThat(Page.read(this.root, pattern).inclusions()).as(pattern.toString()).isPositive();
			assertThat(this.root.resolve("docs/patterns/README.md")).content()
				.contains("(" + pattern.getFileName() + ")");
		}
	}

	@Test
	void everyTestThatAPageNamesIsThere() throws IOException {
		TestReferences tests = TestReferences.of(this.root);
		List<String> problems = new ArrayList<>();
		for (Path page : pages()) {
			// Its names of tests are examples of names.
			if (!page.endsWith("CONTRIBUTING.md")) {
				problems.addAll(tests.problems(this.root.relativize(page).toString(), Files.readAllLines(page)));
			}
		}
		assertThat(problems).isEmpty();
	}

	@Test
	void everyTableIsDocumented() throws IOException {
		String page = Files.readString(this.root.resolve("docs/architecture.md"));
		List<String> tables = Files
			.readString(this.root.resolve(
					"durable-spring-boot-autoconfigure/src/main/resources/io/durablespring/jpa/schema-postgresql.sql"))
			.lines()
			.map(CREATE_TABLE::matcher)
			.filter(Matcher::find)
			.map((table) -> table.group(1))
			.toList();
		assertThat(tables).contains("durable_instance", "durable_history");
		assertThat(tables).allSatisfy((table) -> assertThat(page).contains("| `" + table + "` |"));
	}

	private List<Path> pages() throws IOException {
		List<Path> pages = new ArrayList<>();
		try (Stream<Path> modules = Files.list(this.root); Stream<Path> docs = Files.walk(this.root.resolve("docs"))) {
			modules.map((path) -> Files.exists(path.resolve("pom.xml")) ? path.resolve("README.md") : path)
				.forEach(pages::add);
			docs.forEach(pages::add);
		}
		return pages.stream()
			.filter((page) -> page.toString().endsWith(".md") && Files.isRegularFile(page))
			.sorted()
			.toList();
	}

	private static Path root() {
		Path directory = Path.of("").toAbsolutePath();
		while (!Files.exists(directory.resolve("mvnw"))) {
			directory = directory.getParent();
			assertThat(directory).as("the directory above this one that has mvnw").isNotNull();
		}
		return directory;
	}

}
