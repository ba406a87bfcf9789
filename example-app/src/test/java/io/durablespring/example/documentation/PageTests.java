package io.durablespring.example.documentation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link Page} and {@link Source}.
 */
class PageTests {

	@TempDir
	Path root;

	@BeforeEach
	void writeSource() throws IOException {
		Files.writeString(this.root.resolve("Code.java"), """
				class Code {

					// tag::both[]

					// tag::one[]
					int one() {
						return 1;
					}
					// end::one[]

					int two;
					// end::both[]

					// tag::one[]
					int more;
					// end::one[]

					// tag::open[]

				}
				""");
	}

	@Test
	void blockThatIsAsItsSourceIsFine() throws IOException {
		Page page = page("""
				Text.
				<!-- include: Code.java#one -->
				```java
				int one() {
					return 1;
				}
				int more;
				```
				<!-- include: Code.java#both -->
				```java
				int one() {
					return 1;
				}

				int two;
				```
				""");
		assertThat(page.problems()).isEmpty();
		assertThat(page.inclusions()).isEqualTo(2);
	}

	@Test
	void withoutARegionTheWholeFileIsMeant() throws IOException {
		Files.writeString(this.root.resolve("a.yml"), "# tag::x[]\na: 1\n# end::x[]\nb: 2\n");
		assertThat(page("<!-- include: a.yml -->\n```yaml\na: 1\nb: 2\n```\n").problems()).isEmpty();
	}

	@Test
	void differenceIsShownLineByLine() throws IOException {
		Page page = page("""
				<!-- include: Code.java#one -->
				```java
				int one() {
					return 2;
				}
				int more;
				```
				""");
		assertThat(page.problems()).containsExactly("""
				page.md:1: <!-- include: Code.java#one -->: the block (-) differs from its source (+):
				  - 	return 2;
				  + 	return 1;
				""");
	}

	@Test
	void updateWritesTheCodeAndNothingElse() throws IOException {
		page("Before.\n\n<!-- include: Code.java#both -->\n```java\n```\n\nAfter.\n").update();
		assertThat(this.root.resolve("page.md")).content().isEqualTo("""
				Before.

				<!-- include: Code.java#both -->
				```java
				int one() {
					return 1;
				}

				int two;
				```

				After.
				""");
	}

	@Test
	void markerThatNamesNothingIsRefused() throws IOException {
		assertRefused("<!-- include: Gone.java#one -->\n```java\n```\n", "there is no file Gone.java");
		assertRefused("<!-- include: ../Code.java#one -->\n```java\n```\n", "there is no file ../Code.java");
		assertRefused("<!-- include: Code.java#gone -->\n```java\n```\n", "there is no region tag::gone[]");
		assertRefused("<!-- include: Code.java#open -->\n```java\n```\n", "region open has no end::open[]");
	}

	@Test
	void markerThatIsMalformedOrWithoutABlockIsRefused() throws IOException {
		assertRefused("<!-- include: Code.java#One -->\n```java\n```\n", "is not of the form");
		assertRefused("<!-- include: Code.java#one -->\n\n```java\n```\n", "must be followed by a fenced block");
		assertRefused("<!-- include: Code.java#one -->\n", "must be followed by a fenced block");
	}

	@Test
	void blockWithoutAnEndIsRefused() {
		assertThatIllegalStateException().isThrownBy(() -> page("Text.\n```java\nint one;\n"))
			.withMessageEndingWith("page.md:2: the block has no end");
	}

	@Test
	void markersInsideOfBlocksAreText() throws IOException {
		Page page = page("````md\n```\n<!-- include: Gone.java -->\n```\n````\n");
		assertThat(page.problems()).isEmpty();
		assertThat(page.inclusions()).isZero();
	}

	private void assertRefused(String content, String problem) throws IOException {
		assertThat(page(content).problems()).singleElement().asString().startsWith("page.md:1: ").contains(problem);
	}

	private Page page(String content) throws IOException {
		return Page.read(this.root, Files.writeString(this.root.resolve("page.md"), content));
	}

}
