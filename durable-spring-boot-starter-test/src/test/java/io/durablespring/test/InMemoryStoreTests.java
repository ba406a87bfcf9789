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
	class Commit extends StepCommitContract {

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

}
