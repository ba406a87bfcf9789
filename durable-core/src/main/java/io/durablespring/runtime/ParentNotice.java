package io.durablespring.runtime;

import java.time.Instant;

import io.durablespring.FailureDetails;
import io.durablespring.InstanceStatus;
import io.durablespring.ParentInstance;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent.Completion;
import io.durablespring.history.HistoryEvent.SubOrchestrationInstanceCompleted;
import io.durablespring.history.HistoryEvent.SubOrchestrationInstanceFailed;
import io.durablespring.history.Message;
import org.jspecify.annotations.Nullable;

/**
 * Tells a parent how its sub-orchestration has ended.
 */
final class ParentNotice {

	private ParentNotice() {
	}

	/**
	 * The message to the parent.
	 * @param parent who waits
	 * @param status the child's final status
	 * @param output what it returned
	 * @param failure why it failed or was terminated
	 * @param now when
	 * @return the message, with an id that is the same each time
	 */
	static Message.ToOrchestration of(ParentInstance parent, InstanceStatus status, @Nullable Payload output,
			@Nullable FailureDetails failure, Instant now) {
		Completion outcome = (status == InstanceStatus.COMPLETED)
				? new SubOrchestrationInstanceCompleted(now, parent.taskId(), output)
				: new SubOrchestrationInstanceFailed(now, parent.taskId(), (failure != null) ? failure
						: FailureDetails.of("ExecutionTerminated", "The sub-orchestration ended as " + status));
		return Message.ToOrchestration.completion(parent.instanceId(), parent.executionId(), outcome);
	}

}
