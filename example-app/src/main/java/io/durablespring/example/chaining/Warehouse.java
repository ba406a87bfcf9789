package io.durablespring.example.chaining;

import io.durablespring.Activity;

import org.springframework.stereotype.Component;

/**
 * Stands for a warehouse. Its numbers are made of the order's, so that a step which runs
 * twice reserves, sends and puts back one and the same thing.
 */
@Component
class Warehouse {

	@Activity("ReserveGoods")
	String reserve(Order order) {
		return "reservation-" + order.id();
	}

	@Activity("ShipGoods")
	String ship(Shipment shipment) {
		return shipment.reservation().replace("reservation", "parcel");
	}

	@Activity("ReleaseGoods")
	void release(String reservation) {
		// Puts them back on the shelf, if they are not there yet.
	}

}
