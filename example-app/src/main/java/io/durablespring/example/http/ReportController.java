package io.durablespring.example.http;

import java.net.URI;

import io.durablespring.DurableClient;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.Payload;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/**
 * Takes orders for reports and says how they get on.
 */
@RestController
@RequestMapping("/reports")
class ReportController {

	private static final String SECONDS_TO_NEXT_LOOK = "1";

	private final DurableClient client;

	ReportController(DurableClient client) {
		this.client = client;
	}

	// tag::endpoints[]
	@PostMapping
	ResponseEntity<Void> order(@RequestBody ReportRequest request) {
		String id = this.client.start(SalesReport::create, request);
		return accepted(id).build();
	}

	@GetMapping("/{id}")
	ResponseEntity<?> status(@PathVariable String id) {
		// Callers choose the id: show them reports and nothing else.
		OrchestrationMetadata report = this.client.get(id)
			.filter((instance) -> instance.name().equals("SalesReport"))
			.orElse(null);
		if (report == null) {
			return ResponseEntity.notFound().build();
		}
		return switch (report.status()) {
			case PENDING, RUNNING, SUSPENDED -> accepted(id).body(progress(report));
			case COMPLETED -> ResponseEntity.ok(report.readOutputAs(Report.class));
			case FAILED, TERMINATED -> failed(report);
		};
	}

	private static ResponseEntity.BodyBuilder accepted(String id) {
		URI status = ServletUriComponentsBuilder.fromCurrentContextPath().path("/reports/{id}").build(id);
		return ResponseEntity.accepted().location(status).header(HttpHeaders.RETRY_AFTER, SECONDS_TO_NEXT_LOOK);
	}
	// end::endpoints[]

	private static ReportProgress progress(OrchestrationMetadata report) {
		Payload progress = report.customStatus();
		return new ReportProgress(report.status().name(), (progress != null) ? progress.as(String.class) : null);
	}

	// Not why: that is for the log and for operators.
	private static ResponseEntity<ProblemDetail> failed(OrchestrationMetadata report) {
		return ResponseEntity
			.of(ProblemDetail.forStatusAndDetail(HttpStatus.INTERNAL_SERVER_ERROR,
					"There will be no report: it is " + report.status()))
			.build();
	}

}
