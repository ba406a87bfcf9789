package io.durablespring.engine;

/**
 * Takes an orchestrator's thread out of the orchestrator's code. An {@link Error}, so
 * that {@code catch (Exception ex)} does not hold it up; without stack trace, for it is
 * normal control flow.
 */
final class Unwound extends Error {

	private static final long serialVersionUID = 1L;

	Unwound() {
		super("The orchestration is leaving this thread; this is normal and must not be caught", null, false, false);
	}

}
