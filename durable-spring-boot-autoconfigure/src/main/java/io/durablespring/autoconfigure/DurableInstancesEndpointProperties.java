package io.durablespring.autoconfigure;

import java.util.HashSet;
import java.util.Set;

import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Properties of the endpoint that shows instances.
 */
@ConfigurationProperties("management.endpoint.durableinstances")
public class DurableInstancesEndpointProperties {

	/**
	 * When to show inputs, results and failures unmasked.
	 */
	private Show showValues = Show.NEVER;

	/**
	 * Roles whose users may see values. Any authenticated user if empty.
	 */
	private final Set<String> roles = new HashSet<>();

	public Show getShowValues() {
		return this.showValues;
	}

	public void setShowValues(Show showValues) {
		this.showValues = showValues;
	}

	public Set<String> getRoles() {
		return this.roles;
	}

}
