package io.durablespring.example.documentation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file whose text pages include: all of it, or what is between {@code tag::name[]} and
 * {@code end::name[]}.
 *
 * @param lines its lines
 */
record Source(List<String> lines) {

	private static final Pattern TAG = Pattern.compile("\\b(tag|end)::([a-z0-9-]+)\\[]");

	/**
	 * Reads a file.
	 * @param root the top of the repository
	 * @param path the file's path from there
	 * @return the file
	 * @throws IOException if it cannot be read
	 * @throws IllegalArgumentException if there is none
	 */
	static Source read(Path root, String path) throws IOException {
		Path file = root.resolve(path).normalize();
		if (!file.startsWith(root) || !Files.isRegularFile(file)) {
			throw new IllegalArgumentException("there is no file " + path);
		}
		return new Source(Files.readAllLines(file));
	}

	/**
	 * The whole text, without the lines that begin and end regions.
	 * @return the lines
	 */
	List<String> all() {
		return trim(this.lines.stream().filter((line) -> !TAG.matcher(line).find()).toList());
	}

	/**
	 * A region's text, with as little indentation as possible.
	 * @param region the region's name
	 * @return the lines
	 * @throws IllegalArgumentException if there is no such region, or it does not end
	 */
	List<String> region(String region) {
		List<String> inside = new ArrayList<>();
		boolean found = false;
		boolean open = false;
		for (String line : this.lines) {
			Matcher tag = TAG.matcher(line);
			if (!tag.find()) {
				if (open) {
					inside.add(line);
				}
			}
			else if (tag.group(2).equals(region)) {
				open = tag.group(1).equals("tag");
				found = true;
			}
		}
		if (!found || open) {
			throw new IllegalArgumentException(found ? "region " + region + " has no end::" + region + "[]"
					: "there is no region tag::" + region + "[]");
		}
		return trim(inside);
	}

	private static List<String> trim(List<String> lines) {
		int from = 0;
		int to = lines.size();
		while (from < to && lines.get(from).isBlank()) {
			from++;
		}
		while (from < to && lines.get(to - 1).isBlank()) {
			to--;
		}
		List<String> text = lines.subList(from, to);
		int indentation = text.stream().filter((line) -> !line.isBlank()).mapToInt(Source::indentation).min().orElse(0);
		return text.stream().map((line) -> line.isBlank() ? "" : line.substring(indentation)).toList();
	}

	private static int indentation(String line) {
		return line.length() - line.stripLeading().length();
	}

}
