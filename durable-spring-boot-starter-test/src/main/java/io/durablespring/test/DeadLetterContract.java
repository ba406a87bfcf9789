package io.durablespring.test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.durablespring.history.Message;
import io.durablespring.spi.DeadLetterQueue;
import io.durablespring.spi.DeadLetterQueue.DeadLetter;
import io.durablespring.spi.DeadLetterQueue.Redriven;
import io.durablespring.spi.Transport;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What every {@link Transport} that shows its dead letters promises of them. A subclass
 * says which transport to check.
 */
public abstract class DeadLetterContract extends TransportContract {

	@Test
	void nothingWaitsAtFirst() {
		DeadLetterQueue letters = start(new RecordingReceiver()).deadLetters();
		assertThat(letters.count()).isZero();
		assertThat(letters.list(10)).isEmpty();
		assertThat(letters.redrive()).isEqualTo(new Redriven(0, 0));
	}

	@Test
	void whatWasPutAsideIsListedWithItsReason() {
		Transport transport = start(new RecordingReceiver());
		Message event = event("a", 1);
		transport.deadLetter(event, "nobody understands it");
		transport.deadLetter(call("a", 2, "mail"), "nobody understands it either");
		List<DeadLetter> letters = transport.deadLetters().list(10);
		assertThat(letters).extracting(DeadLetter::reason)
			.containsExactly("nobody understands it", "nobody understands it either");
		assertThat(letters.get(0)).satisfies((letter) -> {
			assertThat(letter.instanceId()).isEqualTo("a");
			assertThat(letter.messageId()).isEqualTo(event.id());
			assertThat(letter.type()).isEqualTo("TaskCompleted");
			assertThat(letter.origin()).endsWith("orchestrations");
			assertThat(letter.position()).isNotBlank();
			assertThat(letter.time()).isAfter(NOW);
			assertThat(letter.obstacle()).isNull();
		});
		assertThat(letters.get(1)).satisfies((letter) -> {
			assertThat(letter.type()).isEqualTo("ExecuteActivity");
			assertThat(letter.origin()).endsWith("activities.mail");
			assertThat(letter.position()).isNotEqualTo(letters.get(0).position());
		});
		assertThat(transport.deadLetters().count()).isEqualTo(2);
		assertThat(transport.status().details()).containsEntry("waitingDeadLetters", 2L);
	}

	@Test
	void theListBeginsWithTheOldestAndEndsAtItsLimit() {
		Transport transport = start(new RecordingReceiver());
		putAside(transport, events("a", 0, 7));
		assertThat(transport.deadLetters().list(3)).extracting(DeadLetter::messageId)
			.containsExactlyElementsOf(events("a", 0, 3).stream().map(Message::id).toList());
		assertThat(transport.deadLetters().count()).isEqualTo(7);
	}

	@Test
	void aLimitBelowOneIsRefused() {
		DeadLetterQueue letters = start(new RecordingReceiver()).deadLetters();
		assertThatIllegalArgumentException().isThrownBy(() -> letters.list(0)).withMessageContaining("0");
	}

	@Test
	void whatIsRedrivenArrivesInOrderAndWaitsNoLonger() {
		RecordingReceiver receiver = new RecordingReceiver();
		Transport transport = start(receiver);
		putAside(transport, events("a", 0, 50));
		putAside(transport, events("b", 0, 50));
		assertThat(transport.deadLetters().redrive()).isEqualTo(new Redriven(100, 0));
		await().until(() -> receiver.events().size() == 100);
		assertThat(receiver.events("a")).isEqualTo(events("a", 0, 50));
		assertThat(receiver.events("b")).isEqualTo(events("b", 0, 50));
		assertThat(transport.deadLetters().count()).isZero();
		assertThat(transport.deadLetters().list(10)).isEmpty();
		assertThat(transport.deadLetters().redrive()).isEqualTo(new Redriven(0, 0));
	}

	@Test
	void aCallThatIsRedrivenMayHaveBeenDeliveredBefore() {
		RecordingReceiver receiver = new RecordingReceiver();
		Transport transport = start(receiver);
		Message.ToActivity call = call("a", 1, "mail");
		transport.deadLetter(call, "its instance was locked");
		transport.deadLetters().redrive();
		await().until(() -> receiver.deliveries().size() == 1);
		assertThat(receiver.calls()).containsExactly(call);
		assertThat(receiver.deliveries()).allMatch(Transport.ActivityDelivery::redelivered);
		receiver.deliveries().forEach(Transport.ActivityDelivery::acknowledge);
	}

	@Test
	void aMessageForAVersionIsRedrivenToThoseThatRunIt() {
		RecordingReceiver receiver = new RecordingReceiver();
		Transport transport = start(receiver);
		transport.deadLetter(new Message.ToVersion("order", "2", event("a", 1)), "its instance was locked");
		assertThat(transport.deadLetters().list(1)).singleElement()
			.satisfies((letter) -> assertThat(letter.origin()).endsWith("versions"));
		transport.deadLetters().redrive();
		await().until(() -> receiver.events().equals(List.of(event("a", 1))));
	}

	@Test
	void whatFailsAgainWaitsAgain() {
		Transport transport = open();
		RecordingReceiver receiver = new RecordingReceiver()
			.onEvents((messages) -> messages.forEach((message) -> transport.deadLetter(message, "still")));
		transport.start(EVERYTHING, receiver);
		transport.deadLetter(event("a", 1), "at first");
		assertThat(transport.deadLetters().redrive()).isEqualTo(new Redriven(1, 0));
		await().until(() -> receiver.events().size() == 1);
		assertThat(transport.deadLetters().list(10)).singleElement().satisfies((letter) -> {
			assertThat(letter.messageId()).isEqualTo(event("a", 1).id());
			assertThat(letter.reason()).isEqualTo("still");
		});
	}

	@Test
	void ofConcurrentRedrivesNothingIsLostOrOutOfOrder() throws Exception {
		RecordingReceiver receiver = new RecordingReceiver();
		Transport transport = start(receiver);
		List<Message.ToOrchestration> all = IntStream.range(0, 8)
			.mapToObj((i) -> events("i" + i, 0, 12))
			.flatMap(List::stream)
			.toList();
		putAside(transport, all);
		List<Transport> redriving = keepsMessages() ? List.of(transport, transport, open())
				: List.of(transport, transport);
		ExecutorService threads = Executors.newFixedThreadPool(redriving.size());
		try {
			List<Callable<Redriven>> calls = new ArrayList<>();
			redriving.forEach((one) -> calls.add(() -> one.deadLetters().redrive()));
			long sent = 0;
			for (Future<Redriven> result : threads.invokeAll(calls, 60, TimeUnit.SECONDS)) {
				sent += result.get().sent();
			}
			assertThat(sent).isGreaterThanOrEqualTo(all.size());
		}
		finally {
			threads.shutdownNow();
		}
		await().until(() -> receiver.events().size() == all.size());
		for (int i = 0; i < 8; i++) {
			assertThat(receiver.events("i" + i)).isEqualTo(events("i" + i, 0, 12));
		}
		assertThat(transport.deadLetters().count()).isZero();
	}

	@Test
	void allNodesSeeTheSame() {
		RecordingReceiver receiver = new RecordingReceiver();
		Transport transport = start(receiver);
		transport.deadLetter(event("a", 1), "nobody understands it");
		if (keepsMessages()) {
			DeadLetterQueue elsewhere = open().deadLetters();
			assertThat(elsewhere.count()).isEqualTo(1);
			assertThat(elsewhere.list(10)).isEqualTo(transport.deadLetters().list(10));
			assertThat(elsewhere.redrive()).isEqualTo(new Redriven(1, 0));
		}
		else {
			transport.deadLetters().redrive();
		}
		await().until(() -> receiver.events().equals(List.of(event("a", 1))));
		assertThat(transport.deadLetters().count()).isZero();
	}

	private static void putAside(Transport transport, List<Message.ToOrchestration> messages) {
		messages.forEach((message) -> transport.deadLetter(message, "its instance was locked"));
	}

}
