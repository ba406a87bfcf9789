package io.durablespring.runtime;

import java.lang.reflect.Type;

import io.durablespring.Payload;
import io.durablespring.PayloadException;
import io.durablespring.history.PayloadCodec;
import org.jspecify.annotations.Nullable;

/**
 * Refuses payloads that no message could carry, where the value is made and can be named.
 */
final class PayloadLimit implements PayloadCodec {

	private final PayloadCodec codec;

	private final int maxBytes;

	PayloadLimit(PayloadCodec codec, int maxBytes) {
		this.codec = codec;
		this.maxBytes = maxBytes;
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
		if (payload != null && value != null && isTooLarge(payload.json())) {
			throw new PayloadException(
					"A value of type %s is larger than the limit of %,d bytes: it has %,d characters as JSON. "
						.formatted(value.getClass().getName(), this.maxBytes, payload.json().length())
							+ "Pass a reference to it instead, or raise durable.max-payload-size "
							+ "and the broker's max.message.bytes.");
		}
		return payload;
	}

	// A char takes one to three bytes, so most texts need no count.
	private boolean isTooLarge(String json) {
		if (json.length() > this.maxBytes) {
			return true;
		}
		if (json.length() <= this.maxBytes / 3) {
			return false;
		}
		long bytes = json.codePoints().mapToLong((c) -> (c < 0x80) ? 1 : (c < 0x800) ? 2 : (c < 0x10000) ? 3 : 4).sum();
		return bytes > this.maxBytes;
	}

	@Override
	public @Nullable Object read(Payload payload, Type type) {
		return this.codec.read(payload, type);
	}

}
