package io.durablespring.example.documentation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TestReferences}.
 */
class TestReferencesTests {

	@TempDir
	Path root;

	private TestReferences tests;

	@BeforeEach
	void writeTests() throws IOException {
		Path directory = Files.createDirectories(this.root.resolve("core/src/test/java"));
		Files.writeString(directory.resolve("SomeTests.java"), """
				class SomeTests {

					@Test
					@Timeout(60)
					void itHolds() throws Exception {
						helps();
					}

					private void helps() {
					}

				}
				""");
		this.tests = TestReferences.of(this.root);
	}

	@Test
	void testsThatAreThereAreFine() {
		assertThat(this.tests.problems("page.md",
				"Held by `SomeTests` and `SomeTests.itHolds`, or -Dit.test=SomeTests#itHolds.".lines().toList()))
			.isEmpty();
	}

	@Test
	void aTestThatIsNotThereIsNamed() {
		assertThat(this.tests.problems("page.md", "`SomeTests`\n`OtherTests`, `SomeTests.itBreaks`".lines().toList()))
			.containsExactly("page.md:2: there is no test OtherTests",
					"page.md:2: there is no test SomeTests.itBreaks");
	}

	@Test
	void aMethodThatIsNoTestIsNamed() {
		assertThat(this.tests.problems("page.md", "`SomeTests.helps`".lines().toList()))
			.containsExactly("page.md:1: there is no test SomeTests.helps");
	}

	@Test
	void aStarStandsForTheRestOfAName() {
		assertThat(this.tests.problems("page.md", "`-Dit.test='SomeTests#itH*'`\n`SomeTests#itB*`".lines().toList()))
			.containsExactly("page.md:2: there is no test SomeTests#itB*");
	}

	@Test
	void aPromiseThatNamesNoTestIsFound() {
		assertThat(this.tests.problems("page.md", """
				| Promise | Held by |
				|---|---|
				| It holds | `SomeTests` |
				| It shines | good will |

				| Other | Table |
				|---|---|
				| of | things |
				""".lines().toList())).containsExactly("page.md:4: the promise names no test");
	}

}
