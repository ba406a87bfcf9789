package io.durablespring.test;

import io.durablespring.local.InMemoryStore;
import org.junit.jupiter.api.Nested;

/**
 * Tests for {@link InMemoryStore}.
 */
class InMemoryStoreTests {

	private static StoreUnderTest inMemoryStore() {
		InMemoryStore store = new InMemoryStore();
		return new StoreUnderTest(store, store, store, null);
	}

	@Nested
	class Store extends OrchestrationStoreContract {

		@Override
		protected StoreUnderTest storeUnderTest() {
			return inMemoryStore();
		}

	}

	@Nested
	class Reuse extends InstanceReuseContract {

		@Override
		protected StoreUnderTest storeUnderTest() {
			return inMemoryStore();
		}

	}

	@Nested
	class Purge extends PurgeContract {

		@Override
		protected StoreUnderTest storeUnderTest() {
			return inMemoryStore();
		}

	}

	@Nested
	class Once extends RunOnceContract {

		@Override
		protected StoreUnderTest storeUnderTest() {
			return inMemoryStore();
		}

	}

	@Nested
	class Payloads extends LargePayloadContract {

		@Override
		protected StoreUnderTest storeUnderTest() {
			return inMemoryStore();
		}

	}

	@Nested
	class PayloadHolders extends PayloadHolderContract {

		@Override
		protected StoreUnderTest storeUnderTest() {
			return inMemoryStore();
		}

	}

	@Nested
	class Commit extends StepCommitContract {

		@Override
		protected StoreUnderTest storeUnderTest() {
			return inMemoryStore();
		}

	}

	@Nested
	class Starts extends StepStartsContract {

		@Override
		protected StoreUnderTest storeUnderTest() {
			return inMemoryStore();
		}

	}

	@Nested
	class Executions extends NewExecutionContract {

		@Override
		protected StoreUnderTest storeUnderTest() {
			return inMemoryStore();
		}

	}

	@Nested
	class Entries extends OutboxContract {

		@Override
		protected StoreUnderTest storeUnderTest() {
			return inMemoryStore();
		}

	}

	@Nested
	class Queries extends InstanceQueriesContract {

		@Override
		protected StoreUnderTest storeUnderTest() {
			return inMemoryStore();
		}

	}

	@Nested
	class Filters extends InstanceFilterContract {

		@Override
		protected StoreUnderTest storeUnderTest() {
			return inMemoryStore();
		}

	}

}
