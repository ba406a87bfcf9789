package io.durablespring.jpa;

import io.durablespring.test.InstanceFilterContract;
import io.durablespring.test.InstanceQueriesContract;
import io.durablespring.test.InstanceReuseContract;
import io.durablespring.test.LargePayloadContract;
import io.durablespring.test.NewExecutionContract;
import io.durablespring.test.OrchestrationStoreContract;
import io.durablespring.test.OutboxContract;
import io.durablespring.test.PayloadHolderContract;
import io.durablespring.test.PurgeContract;
import io.durablespring.test.RunOnceContract;
import io.durablespring.test.StepCommitContract;
import io.durablespring.test.StepStartsContract;
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
	class Reuse extends InstanceReuseContract {

		@Override
		protected StoreUnderTest storeUnderTest() {
			return TestDatabase.h2().store();
		}

	}

	@Nested
	class ReuseWithoutJpaTransactions extends InstanceReuseContract {

		@Override
		protected StoreUnderTest storeUnderTest() {
			return TestDatabase.h2().storeWithoutJpaTransactions();
		}

	}

	@Nested
	class Purge extends PurgeContract {

		@Override
		protected StoreUnderTest storeUnderTest() {
			return TestDatabase.h2().store();
		}

	}

	@Nested
	class Once extends RunOnceContract {

		@Override
		protected StoreUnderTest storeUnderTest() {
			return TestDatabase.h2().store();
		}

	}

	@Nested
	class Payloads extends LargePayloadContract {

		@Override
		protected StoreUnderTest storeUnderTest() {
			return TestDatabase.h2().store();
		}

	}

	@Nested
	class PayloadHolders extends PayloadHolderContract {

		@Override
		protected StoreUnderTest storeUnderTest() {
			return TestDatabase.h2().store();
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
	class Starts extends StepStartsContract {

		@Override
		protected StoreUnderTest storeUnderTest() {
			return TestDatabase.h2().store();
		}

	}

	@Nested
	class Executions extends NewExecutionContract {

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

	@Nested
	class Filters extends InstanceFilterContract {

		@Override
		protected StoreUnderTest storeUnderTest() {
			return TestDatabase.h2().store();
		}

	}

}
