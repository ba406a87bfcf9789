package io.durablespring.programs;

import io.durablespring.OrchestrationContext;

/**
 * The one orchestrator that runs every program.
 */
public final class Interpreter {

	/** The name of the orchestrator. */
	public static final String NAME = "program";

	private final ProgramBook book;

	/**
	 * Creates an interpreter.
	 * @param book the programs
	 */
	public Interpreter(ProgramBook book) {
		this.book = book;
	}

	/**
	 * Runs a program.
	 * @param context what it runs on
	 * @param input a {@link Place}
	 * @return what it has seen that does not depend on who was faster
	 */
	public String run(OrchestrationContext context, String input) {
		Place place = Place.parse(input);
		return new ProgramRun(context, place).run(this.book.program(place.key()));
	}

}
