package io.durablespring.jpa;

import io.durablespring.test.InstanceQueriesContract;
import io.durablespring.test.OrchestrationStoreContract;
import io.durablespring.test.OutboxContract;
import io.durablespring.test.StepCommitContract;
import io.durablespring.test.StoreUnderTest;
import org.junit.jupiter.api.Nested;

/**
 * The contract suites on H2.
 */
class H2StoreTests {

	@Nested
	class Store extends OrchestrationStoreContract {

		@Override
		protected StoreUnderTest storeUnderTest() {
			return TestDatabase.h2().store();
		}

	}

	@Nested
	class StoreWithoutJpaTransactions extends OrchestrationStoreContract {

		@Override
		protected StoreUnderTest storeUnderTest() {
			return TestDatabase.h2().storeWithoutJpaTransactions();
		}

	}

	@Nested
	class Commit extends StepCommitContract {

		@Override
		protected StoreUnderTest storeUnderTest() {
			return TestDatabase.h2().store();
		}

	}

	@Nested
	class Entries extends OutboxContract {

		@Override
		protected StoreUnderTest storeUnderTest() {
			return TestDatabase.h2().store();
		}

	}

	@Nested
	class Queries extends InstanceQueriesContract {

		@Override
		protected StoreUnderTest storeUnderTest() {
			return TestDatabase.h2().store();
		}

	}

}
