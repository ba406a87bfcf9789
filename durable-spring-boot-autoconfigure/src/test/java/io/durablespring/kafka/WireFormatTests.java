package io.durablespring.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

import io.durablespring.FailureDetails;
import io.durablespring.ParentInstance;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link WireFormat}: what may come from outside and what may not.
 */
class WireFormatTests {

	private static final Instant NOW = Instant.parse("2026-03-01T10:15:30Z");

	private static final String TIME = "\"timestamp\":\"2026-03-01T10:15:30Z\"";

	private final WireFormat wire = new WireFormat("shop", TestBroker.codec());

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					TaskCompleted | {"timestamp":"+10000-01-01T00:00:00Z","taskId":1} | timestamp is not within the years
					TaskCompleted | {"timestamp":"-0001-01-01T00:00:00Z","taskId":1} | timestamp is not within the years
					TaskFailed | {TIME,"taskId":1,"failure":{"message":"m","nonRetryable":true}} | no field failure.type
					TaskFailed | {TIME,"taskId":1,"failure":{"type":"T","nonRetryable":true,"cause":{"message":"m","nonRetryable":true}}} | no field failure.type
					SubOrchestrationInstanceFailed | {TIME,"taskId":1} | no field failure
					SubOrchestrationInstanceCompleted | {TIME} | Not a
					EventRaised | {TIME} | no field name
					EventRaised | {TIME,"name":""} | The name of an event has 1 to 256 characters
					EventRaised | {TIME,"name":"e","start":{"name":"order"}} | no field start.timestamp
					EventRaised | {TIME,"name":"e","start":{TIME}} | no field start.name
					EventRaised | {TIME,"name":"e","start":{TIME,"name":"a\\u0000b"}} | field start.name is longer
					EventRaised | {TIME,"name":"e","start":{TIME,"name":"order","version":"LONG"}} | field start.version is longer
					EventRaised | {TIME,"name":"e","start":{TIME,"name":"order","tags":{"a":null}}} | Not a
					EventRaised | {TIME,"name":"e","start":{TIME,"name":"order","parent":{"taskId":1}}} | start.parent.instanceId
					ExecutionStarted | {TIME} | no field name
					ExecutionStarted | {TIME,"name":"order","parent":{"instanceId":"p","taskId":1}} | parent.executionId
					ExecutionRewound | {TIME,"parent":{"executionId":"x","taskId":1}} | no field parent.instanceId
					ExecutionRewound | {TIME,"parent":{"instanceId":"a\\u0000b","executionId":"x","taskId":1}} | parent.instanceId
					ExecutionSuspended | {TIME,"failure":{"message":"m","nonRetryable":true}} | no field failure.type
					ExecutionTerminated | {"reason":"r"} | no field timestamp
					OrchestratorStarted | {TIME} | not an event for an orchestration
					PatchMarked | {TIME,"patchId":"p"} | not an event for an orchestration
					ExecutionCompleted | {TIME} | not an event for an orchestration
					ExecuteActivity | {"taskId":1,"name":"charge"} | Unknown history event""")
	void anEventThatCouldNotBeProcessedIsRefused(String type, String json, String reason) {
		assertRefused("i", "m-1", type, json.replace("TIME", TIME).replace("LONG", "9".repeat(101)), reason);
	}

	@ParameterizedTest
	@CsvSource({ "@i,m-1,starts with '@'", "a/b,m-1,contains '/'", "i,m~1,contains '~'", "i,'',is empty" })
	void anEventThatStartsAnInstanceNeedsIdsThatItCanHave(String instance, String id, String reason) {
		String json = "{" + TIME + ",\"name\":\"e\",\"start\":{" + TIME + ",\"name\":\"order\"}}";
		assertRefused(instance, id, "EventRaised", json, reason);
		assertRefused("i", "m".repeat(81), "EventRaised", json, "header durable-id is longer");
		assertThat(this.wire.event(record("i", "m".repeat(80), "EventRaised", json)).instanceId()).isEqualTo("i");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"taskId\":1}", "{\"name\":\"charge\"}", "[]",
			"{\"taskId\":1,\"name\":\"charge\",\"tags\":{\"a\":null}}",
			"{\"taskId\":1,\"name\":\"charge\",\"attempt\":\"second\"}" })
	void aCallThatCouldNotBeRunIsRefused(String json) {
		ConsumerRecord<String, byte[]> record = record("i", "x:1", "ExecuteActivity", json);
		assertThatExceptionOfType(MalformedRecordException.class).isThrownBy(() -> this.wire.call(record, null));
	}

	@Test
	void whatAWorkerInAnotherLanguageLeavesOutIsTheDefault() {
		assertThat(this.wire.call(record("i", "x:1", "ExecuteActivity", "{\"taskId\":1,\"name\":\"charge\"}"), "slow"))
			.isEqualTo(new Message.ToActivity("x:1", "i", "x", 1, "charge", "slow", null, 1, Map.of(), "x:1"));
		assertThat(this.wire
			.event(record("i", null, "SubOrchestrationInstanceFailed",
					"{" + TIME + ",\"taskId\":3,\"failure\":{\"type\":\"T\",\"nonRetryable\":false}}"))
			.event())
			.isEqualTo(new HistoryEvent.SubOrchestrationInstanceFailed(NOW, 3,
					new FailureDetails("T", null, null, false, null, Map.of())));
		assertThat(this.wire.event(record("i", "m-1", "ExecutionTerminated", "{" + TIME + "}")).event())
			.isEqualTo(new HistoryEvent.ExecutionTerminated(NOW, null, false));
	}

	@Test
	void aReferenceToALargeValueIsAValueLikeAnyOther() {
		assertThat(this.wire
			.event(record("i", null, "TaskCompleted",
					"{" + TIME + ",\"taskId\":1,\"result\":{\"$durablePayload\":\"5f0c\"}}"))
			.event()
			.payload()).isEqualTo(Payload.of("{\"$durablePayload\":\"5f0c\"}"));
	}

	@Test
	void anEventMayBringTheStartOfItsInstance() {
		HistoryEvent.EventRaised event = new HistoryEvent.EventRaised(NOW, "Zeile\n2", Payload.of("1"),
				new HistoryEvent.ExecutionStarted(NOW, "order", "2", Payload.of("{}"), Map.of("team", "red"),
						new ParentInstance("p", "x~1.2", 4)),
				null);
		Message.ToOrchestration message = new Message.ToOrchestration("m-1", "i", null, event);
		String json = new String(this.wire.value(message), StandardCharsets.UTF_8);
		assertThat(this.wire.event(record("i", "m-1", "EventRaised", json)).event()).isEqualTo(event);
	}

	private void assertRefused(String instance, String id, String type, String json, String reason) {
		assertThatExceptionOfType(MalformedRecordException.class)
			.isThrownBy(() -> this.wire.event(record(instance, id, type, json)))
			.withMessageContaining(reason);
	}

	private static ConsumerRecord<String, byte[]> record(String instance, String id, String type, String json) {
		ConsumerRecord<String, byte[]> record = new ConsumerRecord<>("topic", 0, 0, instance,
				json.getBytes(StandardCharsets.UTF_8));
		record.headers().add("durable-type", type.getBytes());
		record.headers().add("durable-hub", "shop".getBytes());
		record.headers().add("durable-schema", "1".getBytes());
		record.headers().add("durable-execution", "x".getBytes());
		if (id != null) {
			record.headers().add("durable-id", id.getBytes());
		}
		return record;
	}

}
