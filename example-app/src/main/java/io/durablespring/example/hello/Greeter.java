package io.durablespring.example.hello;

import io.durablespring.Activity;

import org.springframework.stereotype.Component;

/**
 * Greets.
 */
@Component
class Greeter {

	@Activity("Greet")
	String greet(String name) {
		return "Hello, " + name + "!";
	}

}
