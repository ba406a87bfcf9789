package io.durablespring.example.hello;

import java.util.ArrayList;
import java.util.List;

import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;

import org.springframework.stereotype.Component;

/**
 * Greets one after the other: each activity starts when the one before is done.
 */
@Component
class HelloSequence {

	// tag::orchestrator[]
	@Orchestrator("HelloSequence")
	List<String> run(OrchestrationContext ctx, List<String> names) {
		List<String> greetings = new ArrayList<>();
		for (String name : names) {
			greetings.add(ctx.callActivity(Greeter::greet, name).await());
		}
		return greetings;
	}
	// end::orchestrator[]

}
