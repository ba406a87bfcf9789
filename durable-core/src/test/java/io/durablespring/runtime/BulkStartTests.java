package io.durablespring.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.durablespring.IdReusePolicy;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.StartOptions;
import io.durablespring.UnknownNameException;
import io.durablespring.local.InMemoryStore;
import io.durablespring.spi.OrchestrationStore.Creation;
import io.durablespring.spi.OutboxEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Many instances that are started at once.
 */
class BulkStartTests {

	private final InMemoryStore memory = new InMemoryStore();

	private final List<List<OutboxEntry>> entries = Collections.synchronizedList(new ArrayList<>());

	private final FaultyTransport transport = new FaultyTransport();

	private final TestNode node = TestNode.start(this.memory, new FaultyStore(this.memory) {

		@Override
		public Set<String> createAll(List<Creation> creations, Function<Set<String>, List<OutboxEntry>> wanted,
				Consumer<List<OutboxEntry>> afterCommit) {
			return super.createAll(creations, wanted, afterCommit.andThen(BulkStartTests.this.entries::add));
		}

	}, this.transport, TestNode.quick(), new Echoes());

	@AfterEach
	void stopNode() {
		this.node.close();
	}

	@Test
	void eachInputHasAnInstance() throws Exception {
		List<String> inputs = IntStream.range(0, 300).mapToObj(Integer::toString).toList();
		List<String> ids = this.node.client().startAll("echo", inputs, (input) -> StartOptions.defaults());
		assertThat(ids).hasSize(300).doesNotHaveDuplicates();
		for (int i = 0; i < 300; i++) {
			assertThat(this.node.await(ids.get(i)).readOutputAs(String.class)).isEqualTo(inputs.get(i));
		}
		assertThat(this.entries).singleElement().satisfies((added) -> assertThat(added).hasSize(1));
	}

	@Test
	void anEntryHasAModerateSize() throws Exception {
		List<String> inputs = Collections.nCopies(2000, "x".repeat(300));
		List<String> ids = this.node.client().startAll("echo", inputs, (input) -> StartOptions.defaults());
		assertThat(this.entries).singleElement().satisfies((added) -> {
			assertThat(added).hasSizeBetween(5, 7);
			assertThat(added.stream().mapToInt((entry) -> entry.messages().size()).sum()).isEqualTo(2000);
			assertThat(added.stream().map(OutboxEntry::id)).doesNotHaveDuplicates();
		});
		assertThat(this.node.await(ids.get(1999)).status()).isEqualTo(InstanceStatus.COMPLETED);
	}

	@Test
	void thoseWhoseIdIsTakenAreLeftOut() throws Exception {
		this.node.client().start("echo", "old", StartOptions.instanceId("b"));
		this.node.await("b");
		assertThat(this.node.client()
			.startAll("echo", List.of("a", "b", "c", "a"),
					(id) -> StartOptions.instanceId(id).reuse(IdReusePolicy.REJECT)))
			.containsExactly("a", "c");
		assertThat(this.node.await("c").readOutputAs(String.class)).isEqualTo("c");
		assertThat(this.node.client().get("b").orElseThrow().readOutputAs(String.class)).isEqualTo("old");
	}

	@Test
	void equalInputsMayHaveIdsOfTheirOwn() throws Exception {
		Map<String, String> inputs = new LinkedHashMap<>();
		inputs.put("second", "same");
		inputs.put("first", "same");
		inputs.put("nothing", null);
		assertThat(this.node.client().startAll("echo", inputs)).containsExactly("second", "first", "nothing");
		assertThat(this.node.await("first").readOutputAs(String.class)).isEqualTo("same");
		assertThat(this.node.await("nothing").output()).isNull();
	}

	@Test
	void someMayBeDueLater() throws Exception {
		Instant later = Instant.now().plus(Duration.ofHours(1));
		List<String> ids = this.node.client()
			.startAll("echo", List.of("later", "now"),
					(input) -> input.equals("later") ? StartOptions.defaults().at(later) : StartOptions.defaults());
		assertThat(this.node.await(ids.get(1)).status()).isEqualTo(InstanceStatus.COMPLETED);
		assertThat(this.node.client().get(ids.get(0)).orElseThrow().status()).isEqualTo(InstanceStatus.PENDING);
		assertThat(this.entries.get(0)).extracting((entry) -> entry.dueAt().isBefore(later))
			.containsExactlyInAnyOrder(true, false);
	}

	@Test
	void theFirstThatIsTerminatedBeforeItsStartTakesNoOtherAlong() throws Exception {
		startAllAndDie();
		try (TestNode other = TestNode.start(this.memory, new Echoes())) {
			other.client().terminate("a", "not wanted");
			assertThat(other.await("a").status()).isEqualTo(InstanceStatus.TERMINATED);
			assertThat(other.await("b").status()).isEqualTo(InstanceStatus.COMPLETED);
			assertThat(other.await("c").status()).isEqualTo(InstanceStatus.COMPLETED);
		}
	}

	@Test
	void theFirstThatIsReplacedTakesNoOtherAlong() throws Exception {
		startAllAndDie();
		try (TestNode other = TestNode.start(this.memory, new Echoes())) {
			other.client().start("echo", "new", StartOptions.instanceId("a").reuse(IdReusePolicy.REPLACE));
			assertThat(other.await("a").readOutputAs(String.class)).isEqualTo("new");
			assertThat(other.await("b").status()).isEqualTo(InstanceStatus.COMPLETED);
			assertThat(other.await("c").status()).isEqualTo(InstanceStatus.COMPLETED);
		}
	}

	/** What is committed is in the store, and nothing of it has been sent. */
	private void startAllAndDie() {
		this.transport.refuses = (message) -> true;
		assertThat(this.node.client().startAll("echo", List.of("a", "b", "c"), StartOptions::instanceId)).hasSize(3);
		this.node.close();
	}

	@Test
	void noneIsStartedIfOneIsIllegal() {
		Collection<String> ids = List.of("fine", "a/b");
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> this.node.client().startAll("echo", ids, StartOptions::instanceId));
		assertThat(this.node.client().get("fine")).isEmpty();
		assertThat(this.entries).isEmpty();
	}

	@Test
	void noInputsAreNoInstances() {
		assertThat(this.node.client().startAll("echo", List.of(), (input) -> StartOptions.defaults())).isEmpty();
		assertThatExceptionOfType(UnknownNameException.class)
			.isThrownBy(() -> this.node.client().startAll("nobody", List.of("1"), (input) -> StartOptions.defaults()));
	}

	static final class Echoes {

		@Orchestrator("echo")
		String echo(OrchestrationContext ctx, String input) {
			return input;
		}

	}

}
