package io.durablespring.jpa.customer;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/**
 * An entity of an application.
 */
@Entity
public class Customer {

	@Id
	private String id;

	private String orchestrationId;

	protected Customer() {
	}

	public Customer(String id, String orchestrationId) {
		this.id = id;
		this.orchestrationId = orchestrationId;
	}

	public String getId() {
		return this.id;
	}

	public String getOrchestrationId() {
		return this.orchestrationId;
	}

}
