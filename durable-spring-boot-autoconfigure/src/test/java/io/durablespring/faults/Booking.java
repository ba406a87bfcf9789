package io.durablespring.faults;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/**
 * What a transactional activity leaves behind. Nothing in the table keeps a step from
 * being booked twice: that is the engine's to prevent.
 */
@Entity
@Table(name = "workload_booking")
class Booking {

	@Id
	@GeneratedValue(strategy = GenerationType.IDENTITY)
	private Long id;

	@Column(nullable = false)
	private String step;

	@Column(nullable = false)
	private int number;

	@Column(name = "call_key", nullable = false)
	private String callKey;

	protected Booking() {
	}

	Booking(String step, int number, String callKey) {
		this.step = step;
		this.number = number;
		this.callKey = callKey;
	}

}
