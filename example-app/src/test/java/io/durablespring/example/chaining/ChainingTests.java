package io.durablespring.example.chaining;

import java.time.Duration;
import java.util.List;

import io.durablespring.DurableClient;
import io.durablespring.HistoryEntry;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.StartOptions;
import io.durablespring.example.ExampleTest;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OrderProcess}.
 */
@ExampleTest
class ChainingTests {

	@Autowired
	private DurableClient client;

	@Test
	void orderIsReservedPaidAndShipped() throws Exception {
		OrchestrationMetadata order = process(new Order("chaining-1", "teapot", 40));
		assertThat(order.status()).as(() -> String.valueOf(order.failure())).isEqualTo(InstanceStatus.COMPLETED);
		assertThat(order.readOutputAs(Receipt.class)).isEqualTo(new Receipt("payment-chaining-1", "parcel-chaining-1"));
		assertThat(calls("chaining-1")).containsExactly("ReserveGoods", "ChargeCard", "ShipGoods");
	}

	@Test
	void declinedCardReleasesTheGoodsAndFailsTheOrder() throws Exception {
		OrchestrationMetadata order = process(new Order("chaining-2", "grand piano", 50_000));
		assertThat(order.status()).isEqualTo(InstanceStatus.FAILED);
		assertThat(order.failure().cause().isCausedBy(CardDeclinedException.class)).isTrue();
		assertThat(order.failure().message()).contains("50000 is more than its limit of 1000");
		assertThat(calls("chaining-2")).as("no second attempt to charge")
			.containsExactly("ReserveGoods", "ChargeCard", "ReleaseGoods");
	}

	private OrchestrationMetadata process(Order order) throws Exception {
		this.client.start(OrderProcess::process, order, StartOptions.instanceId(order.id()));
		return this.client.awaitCompletion(order.id(), Duration.ofSeconds(30));
	}

	private List<String> calls(String instanceId) {
		return this.client.history(instanceId)
			.stream()
			.filter((entry) -> entry.type().equals("TaskScheduled"))
			.map(HistoryEntry::name)
			.toList();
	}

}
