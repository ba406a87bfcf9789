package io.durablespring.history;

import java.util.List;
import java.util.Map;

import io.durablespring.Payload;
import org.jspecify.annotations.Nullable;

/**
 * The stored form of messages: what a table keeps until they are sent. Thread-safe.
 * <p>
 * A message to an orchestration is
 * <code>{"to":"orchestration","id":..,"instanceId":..,"executionId":..,"type":..,"event":{..}}</code>
 * with the event's name and components; a call of an activity is
 * <code>{"to":"activity","id":..,"instanceId":..,"executionId":..,"taskId":..,"name":..,"queue":..,"input":..,"attempt":..,"tags":{..}}</code>;
 * one for nodes that run a version is a message to an orchestration with
 * <code>"to":"version"</code> and <code>"name":..,"version":..</code> besides. Several
 * are <code>{"messages":[..]}</code>. Absent values are left out, unknown ones ignored.
 */
public final class MessageCodec {

	private static final String ORCHESTRATION = "orchestration";

	private static final String ACTIVITY = "activity";

	private static final String VERSION = "version";

	private final HistoryCodec codec;

	/**
	 * Creates a codec.
	 * @param codec how events and records become JSON
	 */
	public MessageCodec(HistoryCodec codec) {
		this.codec = codec;
	}

	/**
	 * Encodes a message.
	 * @param message the message
	 * @return a JSON object
	 */
	public String write(Message message) {
		return this.codec.writeRecord(stored(message));
	}

	private Stored stored(Message message) {
		if (message instanceof Message.ToActivity call) {
			return new Stored(ACTIVITY, call.id(), call.instanceId(), call.executionId(), null, null, call.taskId(),
					call.name(), call.queue(), call.input(), null, (call.attempt() != 1) ? call.attempt() : null,
					call.tags().isEmpty() ? null : call.tags(),
					call.idempotencyKey().equals(call.id()) ? null : call.idempotencyKey());
		}
		Message.ToVersion other = (message instanceof Message.ToVersion toVersion) ? toVersion : null;
		Message.ToOrchestration to = (other != null) ? other.message() : (Message.ToOrchestration) message;
		return new Stored((other != null) ? VERSION : ORCHESTRATION, to.id(), to.instanceId(), to.executionId(),
				HistoryCodec.nameOf(to.event().getClass()), Payload.of(this.codec.write(to.event())), null,
				(other != null) ? other.name() : null, null, null, (other != null) ? other.version() : null, null, null,
				null);
	}

	/**
	 * Puts encoded messages together.
	 * @param written what {@link #write(Message)} returned, in order
	 * @return a JSON object that {@link #readAll(String)} takes
	 */
	public static String join(List<String> written) {
		return "{\"messages\":[" + String.join(",", written) + "]}";
	}

	/**
	 * Encodes messages.
	 * @param messages the messages, in order
	 * @return a JSON object
	 */
	public String writeAll(List<Message> messages) {
		return join(messages.stream().map(this::write).toList());
	}

	/**
	 * Decodes messages.
	 * @param json what {@link #join(List)} returned
	 * @return the messages, in order
	 * @throws IllegalArgumentException if the text is not such messages or holds an
	 * unknown event
	 */
	public List<Message> readAll(String json) {
		List<Stored> messages = this.codec.readRecord(json, StoredList.class).messages();
		return required(messages, "messages").stream().map(this::message).toList();
	}

	private Message message(Stored stored) {
		String id = required(stored.id(), "id");
		String instanceId = required(stored.instanceId(), "instanceId");
		if (ORCHESTRATION.equals(stored.to()) || VERSION.equals(stored.to())) {
			Message.ToOrchestration message = new Message.ToOrchestration(id, instanceId, stored.executionId(),
					this.codec.read(required(stored.type(), "type"), required(stored.event(), "event").json()));
			return VERSION.equals(stored.to())
					? new Message.ToVersion(required(stored.name(), "name"), stored.version(), message) : message;
		}
		if (ACTIVITY.equals(stored.to())) {
			return new Message.ToActivity(id, instanceId, required(stored.executionId(), "executionId"),
					required(stored.taskId(), "taskId"), required(stored.name(), "name"), stored.queue(),
					stored.input(), (stored.attempt() != null) ? stored.attempt() : 1,
					(stored.tags() != null) ? stored.tags() : Map.of(),
					(stored.idempotencyKey() != null) ? stored.idempotencyKey() : id);
		}
		throw new IllegalArgumentException("Unknown kind of message '" + stored.to()
				+ "': it was written by a newer version of durable-spring. Upgrade this node.");
	}

	private static <T> T required(@Nullable T value, String name) {
		if (value == null) {
			throw new IllegalArgumentException("A stored message lacks '" + name + "'");
		}
		return value;
	}

	private record StoredList(@Nullable List<Stored> messages) {
	}

	private record Stored(@Nullable String to, @Nullable String id, @Nullable String instanceId,
			@Nullable String executionId, @Nullable String type, @Nullable Payload event, @Nullable Integer taskId,
			@Nullable String name, @Nullable String queue, @Nullable Payload input, @Nullable String version,
			@Nullable Integer attempt, @Nullable Map<String, String> tags, @Nullable String idempotencyKey) {
	}

}
