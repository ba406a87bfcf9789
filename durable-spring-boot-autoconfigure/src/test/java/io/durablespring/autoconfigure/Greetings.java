package io.durablespring.autoconfigure;

import io.durablespring.Activity;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;

/**
 * A bean with an orchestrator and an activity.
 */
class Greetings {

	@Orchestrator
	String greet(OrchestrationContext context, Name name) {
		return context.callActivity(Greetings::sayHello, name).await();
	}

	@Activity
	String sayHello(Name name) {
		return "Hello, " + name.firstName() + "!";
	}

	record Name(String firstName) {
	}

}
