package io.durablespring.history;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * The stored form of history events and messages: a name from the table below, which only
 * ever grows, and the record's components as a JSON object. Thread-safe.
 */
public final class HistoryCodec {

	private static final Map<String, Class<? extends HistoryEvent>> TYPES = List
		.<Class<? extends HistoryEvent>>of(HistoryEvent.OrchestratorStarted.class, HistoryEvent.ExecutionStarted.class,
				HistoryEvent.TaskScheduled.class, HistoryEvent.TaskCompleted.class, HistoryEvent.TaskFailed.class,
				HistoryEvent.TimerCreated.class, HistoryEvent.TimerFired.class, HistoryEvent.TimerCanceled.class,
				HistoryEvent.ExecutionCompleted.class, HistoryEvent.ExecutionFailed.class,
				HistoryEvent.ExecutionTerminated.class, HistoryEvent.ExecutionSuspended.class,
				HistoryEvent.ExecutionResumed.class, HistoryEvent.SubOrchestrationInstanceCreated.class,
				HistoryEvent.SubOrchestrationInstanceCompleted.class, HistoryEvent.SubOrchestrationInstanceFailed.class,
				HistoryEvent.OrchestrationStartRequested.class, HistoryEvent.EventSent.class,
				HistoryEvent.EventRaised.class, HistoryEvent.PatchMarked.class, HistoryEvent.ExecutionRewound.class)
		.stream()
		.collect(Collectors.toUnmodifiableMap(Class::getSimpleName, Function.identity()));

	private final Format format;

	/**
	 * Creates a codec.
	 * @param format how records become JSON
	 */
	public HistoryCodec(Format format) {
		this.format = format;
	}

	/**
	 * The stored name of an event type.
	 * @param type the event's class
	 * @return the name
	 */
	public static String nameOf(Class<? extends HistoryEvent> type) {
		return type.getSimpleName();
	}

	/**
	 * Encodes an event's components; the name is stored beside them.
	 * @param event the event
	 * @return a JSON object
	 */
	public String write(HistoryEvent event) {
		return this.format.write(event);
	}

	/**
	 * Decodes an event.
	 * @param name the event's stored name
	 * @param json the event's components; unknown ones are ignored
	 * @return the event
	 * @throws IllegalArgumentException if the name is unknown or the text is not such an
	 * event
	 */
	public HistoryEvent read(String name, String json) {
		Class<? extends HistoryEvent> type = TYPES.get(name);
		if (type == null) {
			throw new IllegalArgumentException("Unknown history event '" + name
					+ "': it was written by a newer version of durable-spring. Upgrade this node.");
		}
		return this.format.read(json, type);
	}

	/**
	 * Encodes other records of ours, such as activity messages and failures.
	 * @param value the record
	 * @return a JSON object
	 */
	public String writeRecord(Record value) {
		return this.format.write(value);
	}

	/**
	 * Decodes other records of ours.
	 * @param <T> the record's type
	 * @param json the record's components; unknown ones are ignored
	 * @param type the record's type
	 * @return the record
	 * @throws IllegalArgumentException if the text is not such a record
	 */
	public <T extends Record> T readRecord(String json, Class<T> type) {
		return this.format.read(json, type);
	}

	/**
	 * Encodes labels.
	 * @param tags the labels
	 * @return a JSON object whose fields are the labels
	 */
	public String writeTags(Map<String, String> tags) {
		return this.format.write(tags);
	}

	/**
	 * Decodes labels.
	 * @param json what {@link #writeTags(Map)} returned
	 * @return the labels
	 * @throws IllegalArgumentException if the text is not labels
	 */
	public Map<String, String> readTags(String json) {
		Map<String, String> tags = this.format.read("{\"tags\":" + json + "}", Tags.class).tags();
		return (tags != null) ? tags : Map.of();
	}

	private record Tags(@Nullable Map<String, String> tags) {
	}

	/**
	 * How records become JSON. {@link io.durablespring.Payload Payloads} are embedded as
	 * the JSON they are, times are ISO-8601 text, absent values are left out.
	 */
	public interface Format {

		/**
		 * Writes a record or a map of strings.
		 * @param value the record or map
		 * @return a JSON object
		 */
		String write(Object value);

		/**
		 * Reads a record.
		 * @param <T> the record's type
		 * @param json a JSON object; unknown fields are ignored
		 * @param type the record's type
		 * @return the record
		 * @throws IllegalArgumentException if the text is not such a record
		 */
		<T> T read(String json, Class<T> type);

	}

}
