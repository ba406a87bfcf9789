package io.durablespring.json;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.durablespring.FailureDetails;
import io.durablespring.ParentInstance;
import io.durablespring.Payload;
import io.durablespring.RetryPolicy;
import io.durablespring.history.Attempt;
import io.durablespring.history.HistoryCodec;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.ExecutionCompleted;
import io.durablespring.history.HistoryEvent.ExecutionFailed;
import io.durablespring.history.HistoryEvent.ExecutionResumed;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.HistoryEvent.ExecutionSuspended;
import io.durablespring.history.HistoryEvent.ExecutionTerminated;
import io.durablespring.history.HistoryEvent.OrchestratorStarted;
import io.durablespring.history.HistoryEvent.SubOrchestrationInstanceCreated;
import io.durablespring.history.HistoryEvent.SubOrchestrationInstanceCompleted;
import io.durablespring.history.HistoryEvent.SubOrchestrationInstanceFailed;
import io.durablespring.history.HistoryEvent.OrchestrationStartRequested;
import io.durablespring.history.HistoryEvent.EventSent;
import io.durablespring.history.HistoryEvent.EventRaised;
import io.durablespring.history.HistoryEvent.PatchMarked;
import io.durablespring.history.HistoryEvent.ExecutionRewound;
import io.durablespring.history.HistoryEvent.TaskCompleted;
import io.durablespring.history.HistoryEvent.TaskFailed;
import io.durablespring.history.HistoryEvent.TaskScheduled;
import io.durablespring.history.HistoryEvent.TimerCanceled;
import io.durablespring.history.HistoryEvent.TimerCreated;
import io.durablespring.history.HistoryEvent.TimerFired;
import io.durablespring.history.Message;
import io.durablespring.history.MessageCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link JacksonRecordFormat}.
 */
class JacksonRecordFormatTests {

	private static final Instant TIME = Instant.parse("2026-11-20T10:15:30.123456Z");

	private static final FailureDetails FAILURE = new FailureDetails("io.example.CardDeclined", "No \"funds\"",
			"at Payments.charge", true, FailureDetails.of("java.io.IOException", "reset"), Map.of("code", "51"));

	private static final ParentInstance PARENT = new ParentInstance("parent-1", "e0~2.1", 5);

	private static final RetryPolicy POLICY = new RetryPolicy(5, Duration.ofMillis(1500), 1.5, Duration.ofMinutes(1),
			Duration.ofDays(2), 0.25, Set.of("io.example.CardDeclined"));

	// What the files below samples/v1 say. Never change what is there.
	private static final Map<Class<?>, Record> FIRST_SAMPLES = byType(Stream.of(new OrchestratorStarted(TIME),
			new ExecutionStarted(TIME, "order", "1.2", Payload.of("{\"id\":7}"), Map.of("tenant", "a"), null),
			new TaskScheduled(TIME, 3, "charge", "slow", Payload.of("[1,2.50]"), null),
			new TaskCompleted(TIME, 3, Payload.of("\"done\"")), new TaskFailed(TIME, 3, FAILURE),
			new TimerCreated(TIME, 4, TIME.plusSeconds(60), null), new TimerFired(TIME, 4), new TimerCanceled(TIME, 4),
			new ExecutionCompleted(TIME, Payload.of("1E+2")), new ExecutionFailed(TIME, FAILURE, List.of()),
			new ExecutionTerminated(TIME, "by hand", false), new ExecutionSuspended(TIME, "code changed", FAILURE),
			new ExecutionResumed(TIME, "code mended")));

	// What the files below samples/v2 say. Add to it; never change what is there.
	private static final Map<Class<?>, Record> SAMPLES = byType(Stream.of(new OrchestratorStarted(TIME),
			new ExecutionStarted(TIME, "order", "1.2", Payload.of("{\"id\":7}"), Map.of("tenant", "a"), PARENT),
			new TaskScheduled(TIME, 3, "charge", "slow", Payload.of("[1,2.50]"), new Attempt(1, 3, POLICY), true),
			new TaskCompleted(TIME, 3, Payload.of("\"done\"")), new TaskFailed(TIME, 3, FAILURE),
			new TimerCreated(TIME, 4, TIME.plusSeconds(60), 3), new TimerFired(TIME, 4), new TimerCanceled(TIME, 4),
			new ExecutionCompleted(TIME, Payload.of("1E+2")), new ExecutionFailed(TIME, FAILURE, List.of(3, 5)),
			new ExecutionTerminated(TIME, "by hand", true), new ExecutionSuspended(TIME, "code changed", FAILURE),
			new ExecutionResumed(TIME, "code mended"),
			new SubOrchestrationInstanceCreated(TIME, 5, "e1:5", "ship", "2", Payload.of("{}"),
					new Attempt(2, 4, null)),
			new SubOrchestrationInstanceCompleted(TIME, 5, Payload.of("{\"$durablePayload\":\"5f0c-1\"}")),
			new SubOrchestrationInstanceFailed(TIME, 5, FAILURE),
			new OrchestrationStartRequested(TIME, 6, "audit-7", "audit", "1", Payload.of("7")),
			new EventSent(TIME, 7, "audit-7", "Paid", Payload.of("true")),
			new EventRaised(TIME, "Approved", Payload.of("{\"by\":\"Ann\"}"),
					new ExecutionStarted(TIME, "order", "1.2", Payload.of("1"), Map.of("tenant", "a"), PARENT), TIME),
			new PatchMarked(TIME, "bill-first"), new ExecutionRewound(TIME, "bank is back", PARENT)));

	// Messages are stored in the form of MessageCodec.
	private static final Map<Class<?>, Record> MESSAGES = byType(Stream.of(
			new Message.ToOrchestration("e1:3:done", "order-7", "e1", new TaskCompleted(TIME, 3, Payload.of("12.50"))),
			new Message.ToActivity("e1:3", "order-7", "e1", 3, "charge", "slow", Payload.of("{}"), 2,
					Map.of("tenant", "a"), "e1:1"),
			new Message.ToVersion("order", "1.2", new Message.ToOrchestration("m-1", "order-7", "e1~2.1",
					new EventRaised(TIME, "Approved", Payload.of("true"))))));

	private static Map<Class<?>, Record> byType(Stream<Record> samples) {
		return samples.collect(Collectors.toMap(Object::getClass, Function.identity()));
	}

	private final JacksonRecordFormat format = new JacksonRecordFormat();

	private final HistoryCodec codec = new HistoryCodec(this.format);

	static Stream<Class<?>> records() {
		return records(HistoryEvent.class);
	}

	static Stream<Class<?>> messages() {
		return records(Message.class);
	}

	private static Stream<Class<?>> records(Class<?> type) {
		return type.isSealed() ? Stream.of(type.getPermittedSubclasses()).flatMap(JacksonRecordFormatTests::records)
				: Stream.of(type);
	}

	@Test
	void everyEventHasItsOwnName() {
		Set<String> names = records(HistoryEvent.class)
			.map((type) -> HistoryCodec.nameOf(type.asSubclass(HistoryEvent.class)))
			.collect(Collectors.toSet());
		assertThat(names).hasSize((int) records(HistoryEvent.class).count()).hasSizeGreaterThanOrEqualTo(13);
	}

	@ParameterizedTest
	@MethodSource("records")
	void everyRecordStaysReadable(Class<?> type) {
		Record expected = SAMPLES.get(type);
		assertThat(expected).as("a sample of %s in this test", type).isNotNull();
		String stored = stored("v2", type);
		assertThat(stored).as("samples/v2/%s.json", type.getSimpleName()).isNotNull();
		assertThat(read(type, stored)).isEqualTo(expected);
	}

	@Test
	void theFirstRecordsStayReadable() {
		assertThat(FIRST_SAMPLES).hasSize(13)
			.allSatisfy((type, expected) -> assertThat(read(type, stored("v1", type))).isEqualTo(expected));
	}

	@ParameterizedTest
	@MethodSource("messages")
	void everyMessageStaysReadable(Class<?> type) {
		MessageCodec messages = new MessageCodec(this.codec);
		Message expected = (Message) MESSAGES.get(type);
		assertThat(messages.readAll(stored("v2", type))).containsExactly(expected);
		assertThat(messages.readAll(messages.writeAll(List.of(expected)))).containsExactly(expected);
	}

	@Test
	void theFirstMessagesStayReadable() {
		MessageCodec messages = new MessageCodec(this.codec);
		assertThat(messages.readAll(stored("v1", Message.ToOrchestration.class)))
			.containsExactly((Message) MESSAGES.get(Message.ToOrchestration.class));
		assertThat(messages.readAll(stored("v1", Message.ToActivity.class))).containsExactly(new Message.ToActivity(
				"e1:3", "order-7", "e1", 3, "charge", "slow", Payload.of("{}"), 1, Map.of(), "e1:3"));
	}

	@ParameterizedTest
	@MethodSource("records")
	void everyRecordSurvivesARoundTrip(Class<?> type) {
		Record value = SAMPLES.get(type);
		String json = (value instanceof HistoryEvent event) ? this.codec.write(event) : this.codec.writeRecord(value);
		assertThat(read(type, json)).isEqualTo(value);
	}

	@ParameterizedTest
	@MethodSource("records")
	void everyRecordIsWrittenAsItsComponentsAndNothingElse(Class<?> type) {
		JsonNode json = JsonMapper.shared().readTree(this.format.write(SAMPLES.get(type)));
		assertThat(json.propertyNames()).containsExactly(
				Stream.of(type.getRecordComponents()).map(RecordComponent::getName).toArray(String[]::new));
		assertThat(json.get("timestamp").isString()).isTrue();
	}

	@Test
	void absentValuesAreLeftOut() {
		assertThat(this.format.write(new ExecutionStarted(TIME, "order", null, null, Map.of(), null)))
			.isEqualTo("{\"timestamp\":\"2026-11-20T10:15:30.123456Z\",\"name\":\"order\",\"tags\":{}}");
		assertThat(this.format.read("{\"timestamp\":\"2026-11-20T10:15:30.123456Z\",\"name\":\"order\"}",
				ExecutionStarted.class))
			.isEqualTo(new ExecutionStarted(TIME, "order", null, null, Map.of(), null));
	}

	@Test
	void unknownFieldsAreIgnored() {
		assertThat(this.format.read(
				"{\"later\":{\"a\":[1]},\"timestamp\":\"2026-11-20T10:15:30.123456Z\",\"taskId\":4,\"more\":1}",
				TimerFired.class))
			.isEqualTo(new TimerFired(TIME, 4));
	}

	@ParameterizedTest
	@ValueSource(strings = { "1", "-0.0", "1.0E10", "1e5", "12345678901234567890.12345678901234567890", "1.50", "true",
			"null", "\"\"", "\"a\\u0041\\\"}\"", "\"\u00e4\ud83d\ude00\"", "{}", "[]", "{ \"a\" : [ 1 , 2 ] }",
			"[[[{\"a\":{}}]]]", "\"https:\\/\\/x\"" })
	void payloadsKeepTheirText(String json) {
		TaskCompleted event = new TaskCompleted(TIME, 1, Payload.of(json));
		assertThat(this.format.read(this.format.write(event), TaskCompleted.class)).isEqualTo(event);
		MessageCodec messages = new MessageCodec(this.codec);
		Message message = new Message.ToOrchestration("m", "i", null, event);
		assertThat(messages.readAll(messages.writeAll(List.of(message)))).containsExactly(message);
	}

	@ParameterizedTest
	@ValueSource(ints = { 3_999, 4_000, 4_001, 32_768, 100_000, 1_000_000 })
	void largePayloadsKeepTheirText(int size) {
		for (String json : new String[] { "\"" + "x".repeat(size) + "\"", "7".repeat(size),
				"[" + "1.0,".repeat(size) + "2]", "{\"" + "n".repeat(size) + "\":\"\u00e4\"}" }) {
			Message.ToActivity call = new Message.ToActivity("m", "i", "e", 1, "charge", null, Payload.of(json));
			assertThat(this.format.read(this.format.write(call), Message.ToActivity.class)).isEqualTo(call);
		}
	}

	@Test
	void aPayloadMayBeNestedAsDeepAsItCouldBeWritten() {
		TaskCompleted event = new TaskCompleted(TIME, 1, Payload.of("[".repeat(2000) + "]".repeat(2000)));
		assertThat(this.format.read(this.format.write(event), TaskCompleted.class)).isEqualTo(event);
	}

	@Test
	void durationsAreTextInIso8601() {
		assertThat(this.format.write(POLICY)).contains("\"firstRetryInterval\":\"PT1.5S\"",
				"\"retryTimeout\":\"PT48H\"", "\"backoffCoefficient\":1.5");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "null", "[]", "{\"timestamp\":\"yesterday\"}", "{\"timestamp\":1", "{} {}",
			"{\"taskId\":\"four\"}" })
	void textThatIsNoSuchRecordIsRejected(String json) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.format.read(json, TimerFired.class))
			.withMessageStartingWith("Not a " + TimerFired.class.getName() + ": ");
	}

	private Object read(Class<?> type, String json) {
		return HistoryEvent.class.isAssignableFrom(type)
				? this.codec.read(HistoryCodec.nameOf(type.asSubclass(HistoryEvent.class)), json)
				: this.codec.readRecord(json, type.asSubclass(Record.class));
	}

	private static String stored(String format, Class<?> type) {
		try (InputStream stream = JacksonRecordFormatTests.class
			.getResourceAsStream("samples/" + format + "/" + type.getSimpleName() + ".json")) {
			return (stream != null) ? new String(stream.readAllBytes(), StandardCharsets.UTF_8) : null;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
