package io.durablespring.example.docs;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

import io.durablespring.Activity;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.TaskFailedException;

/**
 * Bookings that are undone if not all of them can be made.
 */
class Trips {

	/** What has been done, in order. */
	final List<String> journal = Collections.synchronizedList(new ArrayList<>());

	// tag::saga[]
	@Orchestrator("BookTrip")
	List<String> bookTrip(OrchestrationContext ctx, List<String> parts) {
		List<String> bookings = new ArrayList<>();
		Deque<Runnable> undo = new ArrayDeque<>();
		try {
			for (String part : parts) {
				String booking = ctx.callActivity(Trips::book, part).await();
				bookings.add(booking);
				undo.push(() -> ctx.callActivity(Trips::cancel, booking).await());
			}
			return bookings;
		}
		catch (TaskFailedException ex) {
			// The last booking is undone first.
			undo.forEach(Runnable::run);
			throw ex;
		}
	}
	// end::saga[]

	@Activity("Book")
	String book(String part) {
		if (part.isBlank()) {
			throw new IllegalArgumentException("Nothing to book");
		}
		this.journal.add("book " + part);
		return part;
	}

	@Activity("Cancel")
	void cancel(String booking) {
		this.journal.add("cancel " + booking);
	}

}
