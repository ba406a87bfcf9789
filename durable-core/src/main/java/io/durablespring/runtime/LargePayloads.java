package io.durablespring.runtime;

import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

import io.durablespring.Payload;
import io.durablespring.PayloadException;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.Completion;
import io.durablespring.history.HistoryEvent.EventRaised;
import io.durablespring.history.Message;
import io.durablespring.history.PayloadCodec;
import io.durablespring.spi.InstanceQueries;
import io.durablespring.spi.PayloadHolder;
import io.durablespring.spi.StoredPayload;
import org.jspecify.annotations.Nullable;

/**
 * Lets references stand for large values: they are stored once for each holder, under a
 * digest of the value, so that replay makes the same reference again. Refuses values
 * above a limit where they are made and can be named. Thread-safe.
 */
final class LargePayloads implements PayloadCodec {

	private final PayloadCodec codec;

	private final InstanceQueries stored;

	private final RuntimeSettings.Payloads settings;

	LargePayloads(PayloadCodec codec, InstanceQueries stored, RuntimeSettings.Payloads settings) {
		this.codec = codec;
		this.stored = stored;
		this.settings = settings;
	}

	@Override
	public @Nullable Payload write(@Nullable Object value) {
		return checked(this.codec.write(value), value);
	}

	@Override
	public @Nullable Payload write(@Nullable Object value, Type declared) {
		return checked(this.codec.write(value, declared), value);
	}

	private @Nullable Payload checked(@Nullable Payload payload, @Nullable Object value) {
		if (payload == null || value == null) {
			return payload;
		}
		String json = payload.json();
		if (exceeds(json, this.settings.maxBytes())) {
			throw new PayloadException(
					"A value of type %s is larger than the limit of %,d bytes: it has %,d characters as JSON. "
						.formatted(value.getClass().getName(), this.settings.maxBytes(), json.length())
							+ "Pass a reference to it instead, or raise durable.max-payload-size.");
		}
		// A value that looks like a reference is stored like a large one, or it would be
		// taken for one.
		return (payload.referenceId() != null || exceeds(json, this.settings.threshold()))
				? Payload.reference(digest(json), json) : payload;
	}

	// A char takes one to three bytes, so most texts need no count.
	private static boolean exceeds(String json, int maxBytes) {
		if (json.length() > maxBytes) {
			return true;
		}
		if (json.length() <= maxBytes / 3) {
			return false;
		}
		long bytes = json.codePoints().mapToLong((c) -> (c < 0x80) ? 1 : (c < 0x800) ? 2 : (c < 0x10000) ? 3 : 4).sum();
		return bytes > maxBytes;
	}

	private static String digest(String json) {
		try {
			return HexFormat.of()
				.formatHex(MessageDigest.getInstance("SHA-256").digest(json.getBytes(StandardCharsets.UTF_8)));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

	@Override
	public @Nullable Object read(Payload payload, Type type) {
		return this.codec.read(content(payload), type);
	}

	/** The value itself. */
	private Payload content(Payload payload) {
		String id = payload.referenceId();
		if (id == null) {
			return payload;
		}
		if (payload.content() != null) {
			return Payload.of(payload.content());
		}
		return Payload.of(this.stored.payload(id)
			.orElseThrow(() -> new PayloadException(
					"The large value '%s' is not stored any more: the instance that it belonged to was purged"
						.formatted(id))));
	}

	/**
	 * The same payload with its large value at hand, to be stored for another instance.
	 */
	@Nullable Payload loaded(@Nullable Payload payload) {
		if (payload == null || payload.content() != null) {
			return payload;
		}
		String id = payload.referenceId();
		return (id != null) ? Payload.reference(id, content(payload).json()) : payload;
	}

	/**
	 * The same payload under an id that no other one has. The value of an external event
	 * is on its way for any time; when the event is taken in, it becomes one of the
	 * history's, which may have an equal one.
	 */
	static @Nullable Payload unique(@Nullable Payload payload) {
		if (payload == null || payload.referenceId() == null || payload.content() == null) {
			return payload;
		}
		return Payload.reference(payload.referenceId() + "-" + UUID.randomUUID(), payload.content());
	}

	/** Whether a reference stands for the value. */
	static boolean isLarge(@Nullable Payload payload) {
		return payload != null && payload.referenceId() != null;
	}

	/**
	 * The large value of a payload if it is at hand, and must be stored therefore.
	 */
	static List<StoredPayload> toStore(PayloadHolder holder, @Nullable Payload payload) {
		if (payload == null || payload.referenceId() == null || payload.content() == null) {
			return List.of();
		}
		return List.of(new StoredPayload(holder, payload.referenceId(), payload.content()));
	}

	/**
	 * The large values at hand of an event of a history.
	 */
	static List<StoredPayload> toStore(String instanceId, String executionId, HistoryEvent event) {
		return toStore((event instanceof Completion outcome)
				? PayloadHolder.call(instanceId, executionId, outcome.taskId()) : PayloadHolder.history(instanceId),
				event.payload());
	}

	/**
	 * The large values at hand that a message refers to, to be stored for its receiver.
	 */
	static List<StoredPayload> toStore(Message.ToOrchestration message) {
		String instanceId = message.instanceId();
		if (message.event() instanceof EventRaised raised) {
			List<StoredPayload> toStore = new ArrayList<>(
					toStore(PayloadHolder.event(instanceId, message.id()), raised.input()));
			if (raised.start() != null) {
				toStore.addAll(toStore(PayloadHolder.startInEvent(instanceId, message.id()), raised.start().input()));
			}
			return toStore;
		}
		// What is not for one execution has no outcome of a call in it.
		String executionId = (message.executionId() != null) ? message.executionId() : "";
		return toStore(instanceId, executionId, message.event());
	}

}
