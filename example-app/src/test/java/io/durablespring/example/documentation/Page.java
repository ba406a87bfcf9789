package io.durablespring.example.documentation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of the documentation. Code that it includes follows a line
 * {@code <!-- include: path#region -->} as a fenced block; the path begins at the top of
 * the repository, and without a region the whole file is meant.
 */
final class Page {

	private static final Pattern MARKER = Pattern.compile("<!-- include: ([^#\\s]+)(?:#([a-z0-9-]+))? -->");

	private static final Pattern FENCE = Pattern.compile("\\s{0,3}(`{3,}|~{3,}).*");

	private final Path root;

	private final Path file;

	private final List<String> shown;

	private final List<String> wanted = new ArrayList<>();

	private final List<String> problems = new ArrayList<>();

	private int inclusions;

	private Page(Path root, Path file) throws IOException {
		this.root = root;
		this.file = file;
		this.shown = Files.readAllLines(file);
	}

	/**
	 * Reads a page and compares the code in it with its sources.
	 * @param root the top of the repository
	 * @param file the page
	 * @return the page
	 * @throws IOException if the page or a source cannot be read
	 */
	static Page read(Path root, Path file) throws IOException {
		Page page = new Page(root, file);
		int line = 0;
		while (line < page.shown.size()) {
			line = page.compare(line);
		}
		return page;
	}

	// From a line to the first one after what begins there.
	private int compare(int from) throws IOException {
		String line = this.shown.get(from);
		this.wanted.add(line);
		if (line.startsWith("<!-- include:")) {
			return include(from);
		}
		if (FENCE.matcher(line).matches()) {
			int end = endOfBlock(from);
			this.wanted.addAll(this.shown.subList(from + 1, end));
			return end;
		}
		return from + 1;
	}

	private int include(int at) throws IOException {
		this.inclusions++;
		int open = at + 1;
		Matcher marker = MARKER.matcher(this.shown.get(at));
		if (!marker.matches()) {
			problem(at, "is not of the form <!-- include: path#region -->");
			return open;
		}
		if (open == this.shown.size() || !FENCE.matcher(this.shown.get(open)).matches()) {
			problem(at, "must be followed by a fenced block");
			return open;
		}
		int end = endOfBlock(open);
		List<String> before = this.shown.subList(open + 1, end - 1);
		List<String> now = before;
		try {
			Source source = Source.read(this.root, marker.group(1));
			now = (marker.group(2) != null) ? source.region(marker.group(2)) : source.all();
		}
		catch (IllegalArgumentException ex) {
			problem(at, ex.getMessage());
		}
		if (!before.equals(now)) {
			problem(at, "the block (-) differs from its source (+):\n" + difference(before, now));
		}
		this.wanted.add(this.shown.get(open));
		this.wanted.addAll(now);
		this.wanted.add(this.shown.get(end - 1));
		return end;
	}

	private int endOfBlock(int open) {
		Matcher fence = FENCE.matcher(this.shown.get(open));
		String close = fence.matches() ? fence.group(1) : "";
		int end = open + 1;
		while (end < this.shown.size() && !this.shown.get(end).strip().equals(close)) {
			end++;
		}
		if (end == this.shown.size()) {
			throw new IllegalStateException("%s:%d: the block has no end".formatted(this.file, open + 1));
		}
		return end + 1;
	}

	private void problem(int line, String message) {
		this.problems
			.add("%s:%d: %s: %s".formatted(this.root.relativize(this.file), line + 1, this.shown.get(line), message));
	}

	// The lines from the first to the last one that differ.
	private static String difference(List<String> before, List<String> now) {
		int same = 0;
		int shorter = Math.min(before.size(), now.size());
		while (same < shorter && before.get(same).equals(now.get(same))) {
			same++;
		}
		int end = 0;
		while (end < shorter - same && before.get(before.size() - 1 - end).equals(now.get(now.size() - 1 - end))) {
			end++;
		}
		StringBuilder text = new StringBuilder();
		before.subList(same, before.size() - end).forEach((line) -> text.append("  - ").append(line).append('\n'));
		now.subList(same, now.size() - end).forEach((line) -> text.append("  + ").append(line).append('\n'));
		return text.toString();
	}

	/**
	 * How many blocks it includes.
	 * @return the number of markers
	 */
	int inclusions() {
		return this.inclusions;
	}

	/**
	 * What is wrong with the code in it.
	 * @return a text for each block that is not as its source, or has none
	 */
	List<String> problems() {
		return this.problems;
	}

	/**
	 * Writes the page with the code as its sources have it now.
	 * @throws IOException if it cannot be written
	 */
	void update() throws IOException {
		if (!this.wanted.equals(this.shown)) {
			Files.writeString(this.file, String.join("\n", this.wanted) + "\n");
		}
	}

}
