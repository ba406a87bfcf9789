package io.durablespring.kafka;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.durablespring.InstanceStatus;
import io.durablespring.Payload;
import io.durablespring.history.HistoryCodec;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.spi.Notices;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Messages as Kafka records; {@code docs/protocol.md} describes it for other languages.
 */
final class WireFormat {

	static final String TYPE = "durable-type";

	static final String ID = "durable-id";

	static final String HUB = "durable-hub";

	static final String SCHEMA = "durable-schema";

	static final String INSTANCE = "durable-instance";

	static final String EXECUTION = "durable-execution";

	static final String RESENT = "durable-resent";

	static final String REPLY_TOPIC = "durable-reply-topic";

	static final String REPLY_PARTITION = "durable-reply-partition";

	static final String ORCHESTRATOR = "durable-orchestrator";

	static final String VERSION = "durable-version";

	static final String EXECUTE_ACTIVITY = "ExecuteActivity";

	static final String NOTICE = "Notice";

	private static final String SCHEMA_VERSION = "1";

	private final String hub;

	private final HistoryCodec codec;

	WireFormat(String hub, HistoryCodec codec) {
		this.hub = hub;
		this.codec = codec;
	}

	/**
	 * The value of a message's record.
	 * @param message the message
	 * @return JSON in UTF-8
	 */
	byte[] value(Message message) {
		if (message instanceof Message.ToVersion other) {
			return value(other.message());
		}
		String json = (message instanceof Message.ToOrchestration event) ? this.codec.write(event.event())
				: this.codec.writeRecord(ActivityCall.of((Message.ToActivity) message));
		return json.getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * The headers of a message's record.
	 * @param message the message
	 * @param resent whether it may have been sent before
	 * @return the values by name
	 */
	Map<String, String> headers(Message message, boolean resent) {
		if (message instanceof Message.ToVersion other) {
			Map<String, String> headers = headers(other.message(), resent);
			headers.put(ORCHESTRATOR, other.name());
			if (other.version() != null) {
				headers.put(VERSION, other.version());
			}
			return headers;
		}
		Map<String, String> headers = new LinkedHashMap<>();
		String execution;
		if (message instanceof Message.ToOrchestration event) {
			headers.put(TYPE, HistoryCodec.nameOf(event.event().getClass()));
			execution = event.executionId();
		}
		else {
			headers.put(TYPE, EXECUTE_ACTIVITY);
			execution = ((Message.ToActivity) message).executionId();
		}
		headers.put(ID, message.id());
		headers.put(HUB, this.hub);
		headers.put(SCHEMA, SCHEMA_VERSION);
		headers.put(INSTANCE, message.instanceId());
		if (execution != null) {
			headers.put(EXECUTION, execution);
		}
		headers.put(RESENT, Boolean.toString(resent));
		return headers;
	}

	Message.ToOrchestration event(ConsumerRecord<String, byte[]> record) {
		String type = checkedType(record);
		HistoryEvent event;
		try {
			event = this.codec.read(type, text(record));
		}
		catch (IllegalArgumentException ex) {
			throw new MalformedRecordException(String.valueOf(ex.getMessage()), ex);
		}
		catch (StackOverflowError ex) {
			throw new MalformedRecordException("Its value is nested too deeply", ex);
		}
		String id = header(record, ID);
		String execution = header(record, EXECUTION);
		Message.ToOrchestration message;
		if (event instanceof HistoryEvent.Completion completion) {
			String current = EventCheck.required(execution, "header " + EXECUTION);
			message = (id != null) ? new Message.ToOrchestration(id, record.key(), current, event)
					: Message.ToOrchestration.completion(record.key(), current, completion);
		}
		else {
			message = new Message.ToOrchestration(EventCheck.required(id, "header " + ID), record.key(), execution,
					event);
		}
		EventCheck.check(message);
		return message;
	}

	Message.ToActivity call(ConsumerRecord<String, byte[]> record, @Nullable String queue) {
		String type = checkedType(record);
		if (!type.equals(EXECUTE_ACTIVITY)) {
			throw new MalformedRecordException("A record of type " + type + " is not an activity call");
		}
		ActivityCall call;
		try {
			call = this.codec.readRecord(text(record), ActivityCall.class);
		}
		catch (IllegalArgumentException ex) {
			throw new MalformedRecordException(String.valueOf(ex.getMessage()), ex);
		}
		String id = EventCheck.required(header(record, ID), "header " + ID);
		return new Message.ToActivity(id, record.key(),
				EventCheck.required(header(record, EXECUTION), "header " + EXECUTION), call.taskId(),
				EventCheck.required(call.name(), "field name"), queue, call.input(),
				(call.attempt() != null) ? call.attempt() : 1, (call.tags() != null) ? call.tags() : Map.of(),
				(call.idempotencyKey() != null) ? call.idempotencyKey() : id);
	}

	/** The record of a notice. */
	ProducerRecord<String, byte[]> record(String topic, Notices.Notice notice) {
		ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, 0, null,
				this.codec.writeRecord(NoticeValue.of(notice)).getBytes(StandardCharsets.UTF_8));
		Map.of(TYPE, NOTICE, HUB, this.hub, SCHEMA, SCHEMA_VERSION)
			.forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
		return record;
	}

	/**
	 * The notice in a record.
	 * @return the notice; {@code null} if it is for others
	 */
	Notices.@Nullable Notice notice(ConsumerRecord<String, byte[]> record) {
		if (!NOTICE.equals(header(record, TYPE)) || !this.hub.equals(header(record, HUB))
				|| !SCHEMA_VERSION.equals(header(record, SCHEMA))) {
			return null;
		}
		return this.codec.readRecord(text(record), NoticeValue.class).notice();
	}

	boolean resent(ConsumerRecord<String, byte[]> record) {
		return Boolean.parseBoolean(header(record, RESENT));
	}

	private String checkedType(ConsumerRecord<String, byte[]> record) {
		String recordHub = EventCheck.required(header(record, HUB), "header " + HUB);
		if (!recordHub.equals(this.hub)) {
			throw new MalformedRecordException("It is for task hub '" + recordHub + "', not '" + this.hub + "'");
		}
		String schema = EventCheck.required(header(record, SCHEMA), "header " + SCHEMA);
		if (!schema.equals(SCHEMA_VERSION)) {
			throw new MalformedRecordException(
					"It has schema version '" + schema + "': this node knows " + SCHEMA_VERSION + " only");
		}
		String instance = header(record, INSTANCE);
		if (instance != null && !instance.equals(EventCheck.required(record.key(), "key"))) {
			throw new MalformedRecordException("Its key is not the instance id in header " + INSTANCE);
		}
		EventCheck.address(EventCheck.required(record.key(), "key"), header(record, ID), header(record, EXECUTION));
		return EventCheck.required(header(record, TYPE), "header " + TYPE);
	}

	private static String text(ConsumerRecord<String, byte[]> record) {
		byte[] value = EventCheck.required(record.value(), "value");
		try {
			// Strict, unlike new String: a wrong byte must not turn into a question mark.
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
		}
		catch (CharacterCodingException ex) {
			throw new MalformedRecordException("Its value is not UTF-8", ex);
		}
	}

	static @Nullable String header(ConsumerRecord<?, ?> record, String name) {
		Header header = record.headers().lastHeader(name);
		return (header != null && header.value() != null) ? new String(header.value(), StandardCharsets.UTF_8) : null;
	}

	/**
	 * The value of a notice's record.
	 */
	record NoticeValue(@Nullable String sender, @Nullable List<String> awaited, @Nullable Map<String, String> changed) {

		static NoticeValue of(Notices.Notice notice) {
			return new NoticeValue(notice.sender(), notice.awaited().isEmpty() ? null : List.copyOf(notice.awaited()),
					notice.changed().isEmpty() ? null
							: notice.changed()
								.entrySet()
								.stream()
								.collect(Collectors.toMap(Map.Entry::getKey, (change) -> change.getValue().name())));
		}

		Notices.Notice notice() {
			Map<String, InstanceStatus> statuses = new HashMap<>();
			if (this.changed != null) {
				this.changed.forEach((id, status) -> statuses.put(id, InstanceStatus.valueOf(status)));
			}
			return new Notices.Notice(String.valueOf(this.sender),
					(this.awaited != null) ? Set.copyOf(this.awaited) : Set.of(), statuses);
		}

	}

	/**
	 * The value of an activity call's record.
	 */
	record ActivityCall(int taskId, String name, @Nullable Payload input, @Nullable Integer attempt,
			@Nullable Map<String, String> tags, @Nullable String idempotencyKey) {

		ActivityCall {
			tags = (tags == null || tags.isEmpty()) ? null : Map.copyOf(tags);
		}

		static ActivityCall of(Message.ToActivity message) {
			return new ActivityCall(message.taskId(), message.name(), message.input(),
					(message.attempt() != 1) ? message.attempt() : null, message.tags(),
					message.idempotencyKey().equals(message.id()) ? null : message.idempotencyKey());
		}

	}

}
