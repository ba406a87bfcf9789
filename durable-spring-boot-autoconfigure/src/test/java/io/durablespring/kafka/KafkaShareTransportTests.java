package io.durablespring.kafka;

import java.util.Map;

import io.durablespring.test.ActivityDeliveryContract;
import io.durablespring.test.DeadLetterContract;
import io.durablespring.test.OrchestrationDeliveryContract;
import io.durablespring.test.TransportLifecycleContract;
import io.durablespring.test.TransportUnderTest;
import org.junit.jupiter.api.Nested;

/**
 * The contract suites on a real broker, with calls that are consumed by share groups.
 */
class KafkaShareTransportTests {

	private static final TransportUnderTest KAFKA = new TransportUnderTest(
			(hub) -> TestBroker.transport(TestBroker.sharing(hub), Map.of(), Map.of()), true);

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
