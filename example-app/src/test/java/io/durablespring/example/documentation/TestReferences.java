package io.durablespring.example.documentation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The tests of a source tree, to be compared with what pages say of them: a promise that
 * names a test which is not there is held by nothing.
 */
final class TestReferences {

	private static final Pattern REFERENCE = Pattern
		.compile("(?<![-\\w])([A-Z]\\w*(?:Tests|Contract|Suite))\\b(?!\\.java)(?:[.#]([a-z]\\w*\\*?))?");

	private static final Pattern TABLE_ROW = Pattern.compile("\\|.*\\|");

	private final Map<String, String> sources = new HashMap<>();

	/**
	 * Reads all tests below a directory.
	 * @param root the top of the repository
	 * @return the tests
	 * @throws IOException if they cannot be read
	 */
	static TestReferences of(Path root) throws IOException {
		TestReferences tests = new TestReferences();
		try (Stream<Path> files = Files.find(root, 20, (file, attributes) -> isTest(root.relativize(file)))) {
			for (Path file : files.toList()) {
				tests.sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
			}
		}
		return tests;
	}

	// Contract suites are in the main sources of a module.
	private static boolean isTest(Path file) {
		return file.toString().contains("/src/") && file.toString().matches(".*(Tests|Contract|Suite)\\.java");
	}

	/**
	 * What a page says of tests and is not so.
	 * @param name the page's name, for the problems
	 * @param lines its lines
	 * @return a text for each name of no test, and for each row of a table whose last
	 * column is "Held by" that names none
	 */
	List<String> problems(String name, List<String> lines) {
		List<String> problems = new ArrayList<>();
		boolean promises = false;
		for (int i = 0; i < lines.size(); i++) {
			String line = lines.get(i);
			String place = "%s:%d: ".formatted(name, i + 1);
			promises = line.endsWith("| Held by |") || (promises && TABLE_ROW.matcher(line).matches());
			Matcher reference = REFERENCE.matcher(line);
			while (reference.find()) {
				if (!exists(reference.group(1), reference.group(2))) {
					problems.add(place + "there is no test " + reference.group());
				}
			}
			if (promises && line.endsWith("|") && !line.endsWith("| Held by |") && !line.startsWith("|---")
					&& !holder(line)) {
				problems.add(place + "the promise names no test");
			}
		}
		return problems;
	}

	// Some are held by CI itself, some by what a row above names.
	private static boolean holder(String row) {
		String by = row.substring(row.lastIndexOf('|', row.length() - 2));
		return REFERENCE.matcher(by).find() || by.contains("`.ci/run`") || by.startsWith("| the same");
	}

	// A star at the end stands for any rest, as in a build's -Dit.test.
	private boolean exists(String type, String method) {
		String source = this.sources.get(type);
		return source != null && (method == null || Pattern
			.compile("@(?:Parameterized|Repeated)?Test\\b[^{};]*?\\bvoid " + method.replace("*", "\\w*") + "\\(")
			.matcher(source)
			.find());
	}

}
