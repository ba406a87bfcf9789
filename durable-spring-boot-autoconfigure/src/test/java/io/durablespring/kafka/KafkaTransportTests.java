package io.durablespring.kafka;

import io.durablespring.test.ActivityDeliveryContract;
import io.durablespring.test.DeadLetterContract;
import io.durablespring.test.OrchestrationDeliveryContract;
import io.durablespring.test.TransportLifecycleContract;
import io.durablespring.test.TransportUnderTest;
import io.durablespring.test.VersionDeliveryContract;
import org.junit.jupiter.api.Nested;

/**
 * The contract suites on a real broker.
 */
class KafkaTransportTests {

	private static final TransportUnderTest KAFKA = new TransportUnderTest(TestBroker::transport, true);

	@Nested
	class Orchestrations extends OrchestrationDeliveryContract {

		@Override
		protected TransportUnderTest transportUnderTest() {
			return KAFKA;
		}

	}

	@Nested
	class Activities extends ActivityDeliveryContract {

		@Override
		protected TransportUnderTest transportUnderTest() {
			return KAFKA;
		}

	}

	@Nested
	class Versions extends VersionDeliveryContract {

		@Override
		protected TransportUnderTest transportUnderTest() {
			return KAFKA;
		}

	}

	@Nested
	class Lifecycle extends TransportLifecycleContract {

		@Override
		protected TransportUnderTest transportUnderTest() {
			return KAFKA;
		}

	}

	@Nested
	class PuttingAside extends DeadLetterContract {

		@Override
		protected TransportUnderTest transportUnderTest() {
			return KAFKA;
		}

	}

}
