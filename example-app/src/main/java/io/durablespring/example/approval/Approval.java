package io.durablespring.example.approval;

import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.TaskTimeoutException;
import io.durablespring.example.approval.ApprovalRequest.Approver;

import org.springframework.stereotype.Component;

/**
 * Asks one approver after the other until somebody answers; without any answer, the
 * request is rejected.
 */
@Component
class Approval {

	// tag::orchestrator[]
	@Orchestrator("Approval")
	Decision decide(OrchestrationContext ctx, ApprovalRequest request) {
		for (Approver approver : request.approvers()) {
			Question question = new Question(approver.name(), request.subject(), ctx.instanceId());
			ctx.callActivity(Notifier::ask, question).await();
			ctx.setCustomStatus("Waiting for " + approver.name());
			try {
				Answer answer = ctx.waitForExternalEvent("answer", Answer.class, approver.patience()).await();
				return new Decision(answer.approved(), "answered by " + answer.by());
			}
			catch (TaskTimeoutException ex) {
				// Escalate: the next one is asked.
			}
		}
		return new Decision(false, "nobody answered");
	}
	// end::orchestrator[]

}
