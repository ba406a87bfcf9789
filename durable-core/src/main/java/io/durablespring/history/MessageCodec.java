package io.durablespring.history;

import java.util.List;

import io.durablespring.Payload;
import org.jspecify.annotations.Nullable;

/**
 * The stored form of messages: what a table keeps until they are sent. Thread-safe.
 * <p>
 * A message to an orchestration is
 * <code>{"to":"orchestration","id":..,"instanceId":..,"executionId":..,"type":..,"event":{..}}</code>
 * with the event's name and components; a call of an activity is
 * <code>{"to":"activity","id":..,"instanceId":..,"executionId":..,"taskId":..,"name":..,"queue":..,"input":..}</code>.
 * Several are <code>{"messages":[..]}</code>. Absent values are left out, unknown ones
 * ignored.
 */
public final class MessageCodec {

	private static final String ORCHESTRATION = "orchestration";

	private static final String ACTIVITY = "activity";

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
		if (message instanceof Message.ToOrchestration to) {
			return new Stored(ORCHESTRATION, to.id(), to.instanceId(), to.executionId(),
					HistoryCodec.nameOf(to.event().getClass()), Payload.of(this.codec.write(to.event())), null, null,
					null, null);
		}
		Message.ToActivity call = (Message.ToActivity) message;
		return new Stored(ACTIVITY, call.id(), call.instanceId(), call.executionId(), null, null, call.taskId(),
				call.name(), call.queue(), call.input());
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
		if (ORCHESTRATION.equals(stored.to())) {
			return new Message.ToOrchestration(id, instanceId, stored.executionId(),
					this.codec.read(required(stored.type(), "type"), required(stored.event(), "event").json()));
		}
		if (ACTIVITY.equals(stored.to())) {
			return new Message.ToActivity(id, instanceId, required(stored.executionId(), "executionId"),
					required(stored.taskId(), "taskId"), required(stored.name(), "name"), stored.queue(),
					stored.input());
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
			@Nullable String name, @Nullable String queue, @Nullable Payload input) {
	}

}
