package io.durablespring.runtime;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.durablespring.FailureDetails;
import io.durablespring.InstanceStatus;
import io.durablespring.engine.Execution;
import io.durablespring.engine.StepResult;
import io.durablespring.history.HistoryEvent.ExecutionSuspended;
import io.durablespring.history.HistoryEvent.ExecutionTerminated;
import io.durablespring.history.Message.ToOrchestration;
import io.durablespring.spi.InstanceHead;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of instances whose history cannot be read, and of messages to them. Such
 * an instance is suspended, with what is wrong as its failure, so that it goes on no
 * sooner than somebody has looked at it and resumes it. Its messages are put aside: what
 * they mean can only be told from the history, apart from a termination, which always
 * means the same. Thread-safe.
 */
final class UnreadableHistories {

	static final String FAILURE_TYPE = "HistoryUnreadable";

	private static final Logger logger = LoggerFactory.getLogger(UnreadableHistories.class);

	private final InstanceLoader loader;

	private final DeadLetters deadLetters;

	UnreadableHistories(InstanceLoader loader, DeadLetters deadLetters) {
		this.loader = loader;
		this.deadLetters = deadLetters;
	}

	/**
	 * Puts messages of one instance aside.
	 * @return the step that ends or suspends the instance, if it is to be
	 */
	Optional<InstanceWork> take(InstanceLoader.Unreadable unreadable, Instant clock) {
		InstanceHead head = unreadable.head();
		Instant last = unreadable.history().lastTimestamp();
		Instant now = clock.isBefore(last) ? last : clock;
		List<ToOrchestration> messages = new ArrayList<>(unreadable.messages());
		Optional<ToOrchestration> termination = head.status().isFinished() ? Optional.empty() : messages.stream()
			.filter((message) -> message.event() instanceof ExecutionTerminated && message.concerns(head.executionId()))
			.findFirst();
		termination.ifPresent(messages::remove);
		this.deadLetters.add(messages,
				"The history of instance '%s' cannot be read: %s".formatted(head.id(), unreadable.history().problem()));
		if (termination.isPresent()) {
			return Optional.of(terminated(unreadable, termination.get(), now));
		}
		return (head.status().isFinished() || head.status() == InstanceStatus.SUSPENDED) ? Optional.empty()
				: Optional.of(suspended(unreadable, now));
	}

	private InstanceWork terminated(InstanceLoader.Unreadable unreadable, ToOrchestration termination, Instant now) {
		Execution behind = behind(unreadable.head());
		StepResult result = behind.terminate(now, (ExecutionTerminated) termination.event());
		return new InstanceWork(unreadable.head(), behind, List.of(termination), unreadable.history().length(), null,
				result);
	}

	private InstanceWork suspended(InstanceLoader.Unreadable unreadable, Instant now) {
		InstanceHead head = unreadable.head();
		String problem = unreadable.history().problem();
		logger.error("Instance '{}' of orchestrator '{}' is suspended: its history cannot be read: {}", head.id(),
				head.name(), problem);
		FailureDetails failure = FailureDetails.of(FAILURE_TYPE,
				("%s. Deploy code that can read it, or mend what is "
						+ "stored; then send again the messages that were put aside, and resume the instance.")
					.formatted(problem));
		Execution behind = behind(head);
		StepResult result = behind.step(now,
				List.of(new ExecutionSuspended(now, "The history cannot be read", failure)));
		// It knows nothing of what came before, so nobody may step it again.
		behind.close();
		return new InstanceWork(head, behind, List.of(), unreadable.history().length(), null, result);
	}

	/** An execution that records behind the history, without knowing it. */
	private Execution behind(InstanceHead head) {
		return this.loader.execution(head, head.executionId(), List.of());
	}

}
