package io.durablespring.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds {@code docs/configuration.md} to the properties that there are. When it fails,
 * put the table that it expects into the page.
 */
class ConfigurationPageTests {

	private static final Path PAGE = Path.of("..", "docs", "configuration.md");

	private static final Path METADATA = Path.of("target", "classes", "META-INF", "spring-configuration-metadata.json");

	@Test
	void thePageHasEveryProperty() throws IOException {
		assertThat(page()).contains(table("durable.")).contains(table("management."));
	}

	@Test
	void thePageHasNoOtherProperty() throws IOException {
		assertThat(page().lines().filter(ConfigurationPageTests::isRow)).containsExactlyInAnyOrderElementsOf(
				(table("durable.") + table("management.")).lines().filter(ConfigurationPageTests::isRow).toList());
	}

	@Test
	void everyHintIsForAPropertyThatThereIs() throws IOException {
		JsonNode metadata = JsonMapper.shared().readTree(METADATA.toFile());
		assertThat(metadata.get("hints").valueStream().map((hint) -> hint.get("name").asString())).isNotEmpty()
			.allSatisfy((name) -> assertThat(metadata.get("properties").valueStream())
				.anyMatch((property) -> property.get("name").asString().equals(name.replaceFirst("\\.keys$", ""))));
	}

	private static boolean isRow(String line) {
		return line.startsWith("| `durable.") || line.startsWith("| `management.");
	}

	private static String page() throws IOException {
		return Files.readString(PAGE);
	}

	private static String table(String prefix) throws IOException {
		JsonNode metadata = JsonMapper.shared().readTree(METADATA.toFile());
		return metadata.get("properties")
			.valueStream()
			.filter((property) -> property.get("name").asString().startsWith(prefix))
			.map(ConfigurationPageTests::row)
			.sorted()
			.collect(Collectors.joining("\n", "| Property | Default | Meaning |\n|---|---|---|\n", "\n"));
	}

	private static String row(JsonNode property) {
		JsonNode defaultValue = property.get("defaultValue");
		assertThat(property.has("description")).as("%s has a description", property.get("name")).isTrue();
		return "| `%s` | %s | %s |".formatted(property.get("name").asString(),
				(defaultValue != null) ? "`" + defaultValue.asString() + "`" : "",
				property.get("description").asString().replace("|", "\\|"));
	}

}
