package io.durablespring.example.approval;

import io.durablespring.Activity;
import io.durablespring.example.Links;

import org.springframework.stereotype.Component;

/**
 * Puts a question to somebody. Stands for a mail with a link.
 */
@Component
class Notifier {

	private final Links links;

	Notifier(Links links) {
		this.links = links;
	}

	@Activity("AskApprover")
	void ask(Question question) {
		System.out.printf("""
				%1$s, do you approve of this: %2$s? To say so, or "approved":false:
				  curl -d '{"by":"%1$s","approved":true}' -H 'Content-Type: application/json' %3$s
				""", question.approver(), question.subject(),
				this.links.address("/approvals/" + question.instanceId()));
	}

}
