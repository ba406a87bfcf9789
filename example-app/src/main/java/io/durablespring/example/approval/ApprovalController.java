package io.durablespring.example.approval;

import io.durablespring.DurableClient;
import io.durablespring.InstanceFinishedException;
import io.durablespring.OrchestrationMetadata;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * Where approvers answer.
 */
@RestController
class ApprovalController {

	private final DurableClient client;

	ApprovalController(DurableClient client) {
		this.client = client;
	}

	// tag::answer[]
	@PostMapping("/approvals/{id}")
	ResponseEntity<Void> answer(@PathVariable String id, @RequestBody Answer answer) {
		// Callers choose the id: let them reach approvals and nothing else.
		if (this.client.get(id).map(OrchestrationMetadata::name).filter("Approval"::equals).isEmpty()) {
			return ResponseEntity.notFound().build();
		}
		try {
			this.client.raiseEvent(id, "answer", answer);
			return ResponseEntity.accepted().build();
		}
		catch (InstanceFinishedException ex) {
			return ResponseEntity.status(HttpStatus.GONE).build();
		}
	}
	// end::answer[]

}
