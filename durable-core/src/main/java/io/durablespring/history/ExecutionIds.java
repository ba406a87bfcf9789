package io.durablespring.history;

/**
 * The ids of the executions that an instance goes through: the first has one of its own,
 * {@code 5f0c}; those that continue as new count up, {@code 5f0c~1}, {@code 5f0c~2}; and
 * one that is rewound counts in a second place, {@code 5f0c~2.1}.
 */
public final class ExecutionIds {

	private static final char GENERATION = '~';

	private static final char REWIND = '.';

	private ExecutionIds() {
	}

	/**
	 * The id of the instance's first execution.
	 * @param executionId any of its executions
	 * @return the first one's id
	 */
	public static String root(String executionId) {
		int end = executionId.indexOf(GENERATION);
		return (end < 0) ? executionId : executionId.substring(0, end);
	}

	/**
	 * What stays the same when an execution is rewound.
	 * @param executionId the execution
	 * @return the id that it had at first
	 */
	public static String generation(String executionId) {
		int end = executionId.indexOf(REWIND, root(executionId).length());
		if (end < 0) {
			return executionId;
		}
		String generation = executionId.substring(0, end);
		return generation.endsWith(GENERATION + "0") ? root(executionId) : generation;
	}

	/**
	 * The execution that continues as new.
	 * @param executionId the execution
	 * @return the next one's id
	 */
	public static String next(String executionId) {
		return root(executionId) + GENERATION + (number(generation(executionId), GENERATION) + 1);
	}

	/**
	 * The execution that goes on after a rewind.
	 * @param executionId the execution
	 * @return the next one's id
	 */
	public static String rewound(String executionId) {
		String root = root(executionId);
		return root + GENERATION + number(generation(executionId), GENERATION) + REWIND
				+ (number(executionId.substring(root.length()), REWIND) + 1);
	}

	private static int number(String id, char mark) {
		int at = id.lastIndexOf(mark);
		return (at < 0) ? 0 : Integer.parseInt(id.substring(at + 1));
	}

}
