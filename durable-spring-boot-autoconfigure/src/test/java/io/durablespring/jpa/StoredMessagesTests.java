package io.durablespring.jpa;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.durablespring.FailureDetails;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.history.MessageCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What {@code durable_outbox} holds: the text below is in databases of users and must
 * stay readable for ever.
 */
class StoredMessagesTests {

	private static final Instant T0 = Instant.parse("2026-03-29T01:30:00.123456Z");

	private static final String STORED = """
			{"messages":[{"to":"orchestration","id":"m-1","instanceId":"a","executionId":"x","type":"TaskFailed",\
			"event":{"timestamp":"2026-03-29T01:30:00.123456Z","taskId":7,"failure":{"type":"E","message":"no\\u0000",\
			"nonRetryable":true,"properties":{}}}},\
			{"to":"orchestration","id":"m-2","instanceId":"a","type":"ExecutionResumed",\
			"event":{"timestamp":"2026-03-29T01:30:00.123456Z"}},\
			{"to":"activity","id":"x:8","instanceId":"a","executionId":"x","taskId":8,"name":"charge","queue":"slow",\
			"input":{"amount": 12.50}},\
			{"to":"activity","id":"x:9","instanceId":"a","executionId":"x","taskId":9,"name":"charge","attempt":2,\
			"tags":{"team":"red"},"idempotencyKey":"x:7"},\
			{"to":"version","id":"m-3","instanceId":"a","executionId":"x","type":"TimerFired",\
			"event":{"timestamp":"2026-03-29T01:30:00.123456Z","taskId":7},"name":"order","version":"2"}]}""";

	private static final List<Message> MESSAGES = List.of(
			new Message.ToOrchestration("m-1", "a", "x",
					new HistoryEvent.TaskFailed(T0, 7, FailureDetails.of("E", "no\0"))),
			new Message.ToOrchestration("m-2", "a", null, new HistoryEvent.ExecutionResumed(T0, null)),
			new Message.ToActivity("x:8", "a", "x", 8, "charge", "slow", Payload.of("{\"amount\": 12.50}")),
			new Message.ToActivity("x:9", "a", "x", 9, "charge", null, null, 2, Map.of("team", "red"), "x:7"),
			new Message.ToVersion("order", "2",
					new Message.ToOrchestration("m-3", "a", "x", new HistoryEvent.TimerFired(T0, 7))));

	private final MessageCodec codec = new MessageCodec(TestDatabase.CODEC);

	@Test
	void messagesAreWrittenInTheFormThatIsStored() {
		assertThat(this.codec.writeAll(MESSAGES)).isEqualTo(STORED);
	}

	@Test
	void storedMessagesAreRead() {
		assertThat(this.codec.readAll(STORED)).isEqualTo(MESSAGES);
	}

	@Test
	void whatANewerVersionAddsIsIgnored() {
		assertThat(this.codec.readAll(STORED.replace("\"to\":", "\"more\":[{}],\"to\":"))).isEqualTo(MESSAGES);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{", "[]", "{}", "{\"messages\":[{}]}",
			"{\"messages\":[{\"to\":\"entity\",\"id\":\"m\",\"instanceId\":\"a\"}]}",
			"{\"messages\":[{\"to\":\"orchestration\",\"id\":\"m\",\"instanceId\":\"a\",\"type\":\"New\",\"event\":{}}]}",
			"{\"messages\":[{\"to\":\"activity\",\"id\":\"m\",\"instanceId\":\"a\",\"executionId\":\"x\"}]}" })
	void anythingElseIsRefused(String stored) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.codec.readAll(stored));
	}

}
