package io.durablespring.example.documentation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * Holds the pages of the repository to the code that they include. With
 * {@code -Ddocs.update=true} it writes the code into the pages first.
 */
class DocumentationTests {

	private static final String UPDATE = """
			To put the code of the sources into the pages:
			  ./mvnw -q -B -ntp -pl example-app -am test -Dtest=DocumentationTests \
			-Dsurefire.failIfNoSpecifiedTests=false -Ddocs.update=true
			""";

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
