package io.durablespring.example;

import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Tells where to look at what the application does.
 */
@Component
public class Links {

	private final Environment environment;

	Links(Environment environment) {
		this.environment = environment;
	}

	/**
	 * Prints the addresses of the application's endpoints.
	 * @param instanceId the instance to look at, or {@code null} for none in particular
	 */
	public void print(@Nullable String instanceId) {
		String actuator = address("/actuator");
		System.out.println("Runtime:  " + actuator + "/durable");
		System.out
			.println("History:  " + actuator + "/durableinstances" + ((instanceId != null) ? "/" + instanceId : ""));
		System.out.println("Health:   " + actuator + "/health");
		System.out.println("Still running; Ctrl-C ends it.");
	}

	/**
	 * The address of something that this application serves.
	 * @param path its path, from the first slash on
	 * @return the address, as seen from this machine
	 */
	public String address(String path) {
		return "http://localhost:" + this.environment.getProperty("local.server.port") + path;
	}

}
