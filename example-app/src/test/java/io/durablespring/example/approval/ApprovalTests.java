package io.durablespring.example.approval;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

import io.durablespring.DurableClient;
import io.durablespring.HistoryEntry;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.example.ExampleTest;
import io.durablespring.example.approval.ApprovalRequest.Approver;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link Approval} and {@link ApprovalController}.
 */
@ExampleTest
class ApprovalTests {

	private static final Duration SHORT = Duration.ofMillis(100);

	private static final Duration LONG = Duration.ofHours(1);

	@Autowired
	private DurableClient client;

	@LocalServerPort
	private int port;

	@Test
	void answerInTimeDecides() throws Exception {
		String id = ask(new Approver("Ada", LONG), new Approver("Grace", LONG));
		assertThat(answer(id, new Answer("Ada", true))).isEqualTo(202);
		assertThat(decision(id)).isEqualTo(new Decision(true, "answered by Ada"));
		assertThat(asked(id)).containsExactly("Ada");
	}

	@Test
	void refusalInTimeDecidesToo() throws Exception {
		String id = ask(new Approver("Ada", LONG), new Approver("Grace", LONG));
		assertThat(answer(id, new Answer("Ada", false))).isEqualTo(202);
		assertThat(decision(id)).isEqualTo(new Decision(false, "answered by Ada"));
	}

	@Test
	void nextApproverIsAskedWhenTheFirstDoesNotAnswerInTime() throws Exception {
		String id = ask(new Approver("Ada", SHORT), new Approver("Grace", LONG));
		await().atMost(Duration.ofSeconds(30)).until(() -> "\"Waiting for Grace\"".equals(says(id)));
		assertThat(answer(id, new Answer("Grace", true))).isEqualTo(202);
		assertThat(decision(id)).isEqualTo(new Decision(true, "answered by Grace"));
		assertThat(asked(id)).containsExactly("Ada", "Grace");
	}

	@Test
	void requestThatNobodyAnswersIsRejected() throws Exception {
		String id = ask(new Approver("Ada", SHORT), new Approver("Grace", SHORT));
		assertThat(decision(id)).isEqualTo(new Decision(false, "nobody answered"));
		assertThat(asked(id)).containsExactly("Ada", "Grace");
		assertThat(answer(id, new Answer("Ada", true))).as("answer that comes too late").isEqualTo(410);
	}

	@Test
	void answerToSomethingElseIsNotFound() throws Exception {
		assertThat(answer("unknown", new Answer("Ada", true))).isEqualTo(404);
		String other = this.client.start("HelloSequence", List.of());
		assertThat(answer(other, new Answer("Ada", true))).isEqualTo(404);
	}

	private String ask(Approver... approvers) {
		return this.client.start(Approval::decide, new ApprovalRequest("A new laptop", List.of(approvers)));
	}

	private int answer(String id, Answer answer) throws IOException, InterruptedException {
		String json = "{\"by\":\"%s\",\"approved\":%s}".formatted(answer.by(), answer.approved());
		HttpRequest request = HttpRequest
			.newBuilder(URI.create("http://localhost:%d/approvals/%s".formatted(this.port, id)))
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(json))
			.build();
		return HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode();
	}

	private Decision decision(String id) throws Exception {
		OrchestrationMetadata approval = this.client.awaitCompletion(id, Duration.ofSeconds(30));
		assertThat(approval.status()).as(() -> String.valueOf(approval.failure())).isEqualTo(InstanceStatus.COMPLETED);
		return approval.readOutputAs(Decision.class);
	}

	private String says(String id) {
		return String.valueOf(this.client.get(id).orElseThrow().customStatus());
	}

	private List<String> asked(String id) {
		return this.client.history(id)
			.stream()
			.filter((entry) -> entry.type().equals("TaskScheduled"))
			.map(HistoryEntry::payload)
			.map((question) -> question.as(Question.class).approver())
			.toList();
	}

}
