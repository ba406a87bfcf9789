package io.durablespring.jpa;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/**
 * The values of an SQL {@code IN}. Their number is a power of two, reached by repeating
 * the last one, so that a driver meets few different statements and keeps them prepared.
 *
 * @param marks the parameters in brackets
 * @param values the values, as many as there are parameters
 */
record InList(String marks, List<String> values) {

	private static final int LARGEST = 512;

	/**
	 * Lists for any number of values.
	 * @param values the values
	 * @return as many lists as it takes, none if there are no values
	 */
	static List<InList> of(Collection<String> values) {
		return parts(values.stream().distinct().toList()).stream().map(InList::padded).toList();
	}

	/**
	 * Splits values so that a list has room for each part.
	 * @param <T> the values' type
	 * @param values the values
	 * @return the parts
	 */
	static <T> List<List<T>> parts(List<T> values) {
		List<List<T>> parts = new ArrayList<>();
		for (int from = 0; from < values.size(); from += LARGEST) {
			parts.add(values.subList(from, Math.min(from + LARGEST, values.size())));
		}
		return parts;
	}

	/**
	 * One list.
	 * @param part the values of one of the {@linkplain #parts parts}
	 * @return the list
	 */
	static InList padded(List<String> part) {
		int size = 1;
		while (size < part.size()) {
			size *= 2;
		}
		List<String> values = new ArrayList<>(part);
		values.addAll(Collections.nCopies(size - part.size(), part.get(part.size() - 1)));
		return new InList("(" + String.join(",", Collections.nCopies(size, "?")) + ")", values);
	}

	/**
	 * Parameters of a statement that ends with this list.
	 * @param first the parameters before the list
	 * @return all parameters
	 */
	Object[] after(Object... first) {
		List<Object> parameters = new ArrayList<>(List.of(first));
		parameters.addAll(this.values);
		return parameters.toArray();
	}

}
