package io.durablespring.kafka;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.kafka.DirectLane.Waiting;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What may take the short way, and when.
 */
class DirectLaneTests {

	private final PartitionPosition position = new PartitionPosition();

	private final DirectLane lane = new DirectLane();

	private final List<Waiting> detoured = new ArrayList<>();

	private boolean idle = true;

	@BeforeEach
	void own() {
		this.position.own(true);
	}

	@Test
	void nothingIsTakenForAPartitionOfAnotherNode() {
		this.position.own(false);
		assertThat(offer(event("a", 1))).isFalse();
	}

	@Test
	void whatWaitsIsTakenInItsOrder() throws Exception {
		List<Waiting> all = List.of(event("a", 1), event("b", 2), event("a", 3));
		all.forEach((message) -> assertThat(offer(message)).isTrue());
		assertThat(this.lane.take(2)).containsExactlyElementsOf(all.subList(0, 2));
		assertThat(this.lane.take(2)).containsExactlyElementsOf(all.subList(2, 3));
	}

	@Test
	void whileSomethingIsDeliveredOnlyWhatMustNotPassItIsTaken() throws Exception {
		offer(event("a", 1));
		List<Waiting> taken = this.lane.take(10);
		this.idle = false;
		assertThat(offer(event("b", 2))).isFalse();
		assertThat(offer(event("a", 3))).isTrue();
		this.lane.delivered(taken);
		assertThat(offer(event("a", 4))).isTrue();
		this.lane.delivered(this.lane.take(10));
		assertThat(offer(event("a", 5))).isFalse();
	}

	@Test
	void whoSendsLearnsOfTheDelivery() throws Exception {
		Waiting message = event("a", 1);
		offer(message);
		List<Waiting> taken = this.lane.take(1);
		assertThat(message.delivered()).isNotDone();
		this.lane.delivered(taken);
		assertThat(message.delivered()).isCompleted();
	}

	@Test
	void nothingPassesWhatIsOnItsWayByTheBroker() {
		this.position.sending();
		assertThat(offer(event("a", 1))).isFalse();
		this.position.sent(7);
		assertThat(offer(event("a", 1))).isFalse();
		this.position.delivered(7);
		assertThat(offer(event("a", 1))).isFalse();
		this.position.delivered(8);
		assertThat(offer(event("a", 1))).isTrue();
	}

	@Test
	void whatTheBrokerHasNotTakenHoldsUpNobody() {
		this.position.sending();
		this.position.sent(-1);
		assertThat(offer(event("a", 1))).isTrue();
	}

	@Test
	void whatHasLostItsNodeGoesByTheBrokerAndWhatComesAfterItToo() throws Exception {
		Waiting one = event("a", 1);
		Waiting two = event("a", 2);
		PartitionPosition kept = new PartitionPosition();
		kept.own(true);
		Waiting other = new Waiting(event("b", 3).message(), kept);
		Stream.of(one, two, other).forEach(this::watch);
		offer(one);
		this.position.own(false);
		assertThat(offer(two)).isTrue();
		assertThat(offer(other)).isTrue();
		assertThat(this.lane.take(10)).containsExactly(other);
		assertThat(this.detoured).containsExactly(one, two);
		assertThat(offer(event("a", 4))).isFalse();
	}

	@Test
	void whatCouldNotBeDeliveredGoesByTheBrokerBeforeWhatCameLater() throws Exception {
		Waiting one = event("a", 1);
		Waiting two = event("a", 2);
		Stream.of(one, two).forEach(this::watch);
		offer(one);
		List<Waiting> taken = this.lane.take(10);
		offer(two);
		this.lane.detour(taken, new IllegalStateException("planted"));
		assertThat(this.detoured).containsExactly(one, two);
		// They are on their way by the broker now.
		assertThat(offer(event("a", 3))).isFalse();
	}

	@Test
	void aClosedLaneKeepsTheOrderOfWhatItHasAndTakesNothingElse() throws Exception {
		offer(event("a", 1));
		this.lane.close();
		assertThat(this.lane.take(10)).isEmpty();
		assertThat(offer(event("b", 2))).isFalse();
		assertThat(offer(event("a", 3))).isTrue();
	}

	private boolean offer(Waiting message) {
		return this.lane.offer(message, () -> this.idle);
	}

	private void watch(Waiting message) {
		message.delivered().whenComplete((ignored, failure) -> {
			this.detoured.add(message);
			message.position().sending();
		});
	}

	private Waiting event(String instanceId, int number) {
		return new Waiting(new Message.ToOrchestration("m" + number, instanceId, null,
				new HistoryEvent.EventRaised(Instant.EPOCH, "go", null)), this.position);
	}

}
