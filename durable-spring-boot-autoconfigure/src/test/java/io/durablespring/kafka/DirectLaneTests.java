package io.durablespring.kafka;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

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

	private final DirectLane lane = new DirectLane(3);

	@BeforeEach
	void own() {
		this.lane.own(true);
	}

	@Test
	void nothingIsTakenForAPartitionOfAnotherNode() {
		this.lane.own(false);
		assertThat(this.lane.offer(event(1))).isFalse();
		assertThat(this.lane.offer(outcome(1))).isFalse();
	}

	@Test
	void whatWaitsIsTakenInItsOrder() {
		Waiting one = event(1);
		Waiting two = event(2);
		assertThat(this.lane.offer(one)).isTrue();
		assertThat(this.lane.offer(two)).isTrue();
		assertThat(take(1)).containsExactly(one, two);
		assertThat(take(1)).isEmpty();
	}

	@Test
	void aBatchTakesOnlySomeOfTheOutcomes() {
		List<Waiting> all = List.of(outcome(1), outcome(2), outcome(3));
		all.forEach((outcome) -> assertThat(this.lane.offer(outcome)).isTrue());
		assertThat(take(2)).containsExactlyElementsOf(all.subList(0, 2));
		assertThat(take(2)).containsExactlyElementsOf(all.subList(2, 3));
	}

	@Test
	void nothingPassesWhatIsOnItsWayToTheBroker() {
		this.lane.sending();
		assertThat(this.lane.offer(event(1))).isFalse();
		this.lane.sent(7);
		assertThat(this.lane.offer(event(1))).isFalse();
		this.lane.delivered(7);
		assertThat(this.lane.offer(event(1))).isFalse();
		this.lane.delivered(8);
		assertThat(this.lane.offer(event(1))).isTrue();
	}

	@Test
	void outcomesMayPass() {
		this.lane.sending();
		assertThat(this.lane.offer(outcome(1))).isTrue();
	}

	@Test
	void whatTheBrokerHasNotTakenHoldsUpNobody() {
		this.lane.sending();
		this.lane.sent(-1);
		assertThat(this.lane.offer(event(1))).isTrue();
	}

	@Test
	void whatComesAfterSomethingThatHasLostItsNodeGoesWithIt() {
		Waiting one = event(1);
		Waiting two = event(2);
		this.lane.offer(one);
		this.lane.own(false);
		assertThat(this.lane.offer(two)).isTrue();
		List<Waiting> failed = new ArrayList<>();
		List.of(one, two)
			.forEach((waiting) -> waiting.delivered().whenComplete((done, failure) -> failed.add(waiting)));
		this.lane.detour(List.of(), new IllegalStateException("planted"));
		assertThat(failed).containsExactly(one, two);
		assertThat(this.lane.offer(event(3))).isFalse();
	}

	@Test
	void whatCouldNotBeDeliveredGoesByTheBrokerBeforeWhatCameLater() {
		Waiting one = event(1);
		Waiting two = event(2);
		this.lane.offer(one);
		List<Waiting> taken = take(10);
		this.lane.offer(two);
		List<Waiting> failed = new ArrayList<>();
		List.of(one, two).forEach((waiting) -> waiting.delivered().whenComplete((done, failure) -> {
			failed.add(waiting);
			this.lane.sending();
		}));
		this.lane.detour(taken, new IllegalStateException("planted"));
		assertThat(failed).containsExactly(one, two);
		assertThat(this.lane.offer(event(3))).isFalse();
	}

	@Test
	void manyOfThemGoByTheBroker() {
		int accepted = 0;
		while (this.lane.offer(event(accepted))) {
			accepted++;
		}
		assertThat(accepted).isEqualTo(500);
	}

	@Test
	void whoWaitsIsAnnouncedOnce() {
		assertThat(this.lane.wakes()).isFalse();
		this.lane.offer(outcome(1));
		assertThat(this.lane.wakes()).isTrue();
		this.lane.offer(outcome(2));
		assertThat(this.lane.wakes()).isFalse();
		take(1);
		assertThat(this.lane.wakes()).isTrue();
		take(1);
		assertThat(this.lane.wakes()).isFalse();
	}

	private List<Waiting> take(int limit) {
		List<Waiting> taken = new ArrayList<>();
		this.lane.takeTo(taken, limit);
		return taken;
	}

	private static Waiting event(int number) {
		return waiting(new Message.ToOrchestration("m" + number, "a", null,
				new HistoryEvent.EventRaised(Instant.EPOCH, "go", null)));
	}

	private static Waiting outcome(int taskId) {
		return waiting(
				Message.ToOrchestration.completion("a", "x", new HistoryEvent.TimerFired(Instant.EPOCH, taskId)));
	}

	private static Waiting waiting(Message.ToOrchestration message) {
		return new Waiting(message, new CompletableFuture<>());
	}

}
