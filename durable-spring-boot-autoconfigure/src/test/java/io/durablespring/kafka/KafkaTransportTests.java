package io.durablespring.kafka;

import io.durablespring.spi.Transport;
import io.durablespring.test.TransportContract;

/**
 * The contract on a real broker.
 */
class KafkaTransportTests extends TransportContract {

	@Override
	protected Transport open(String hub) {
		return TestBroker.transport(hub);
	}

	@Override
	protected boolean keepsMessages() {
		return true;
	}

}
