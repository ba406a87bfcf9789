package io.durablespring.engine;

import java.lang.reflect.Type;
import java.util.List;
import java.util.stream.Collectors;

import io.durablespring.Payload;
import io.durablespring.PayloadException;
import io.durablespring.history.PayloadCodec;
import org.jspecify.annotations.Nullable;

/**
 * Just enough of a codec for tests of core: texts, integers and lists of texts.
 */
public class TextCodec implements PayloadCodec {

	@Override
	public @Nullable Payload write(@Nullable Object value) {
		if (value == null) {
			return null;
		}
		if (value instanceof Integer number) {
			return Payload.of(number.toString());
		}
		if (value instanceof String text) {
			return Payload.of('"' + text + '"');
		}
		if (value instanceof List<?> list) {
			return Payload
				.of(list.stream().map((item) -> write(item).json()).collect(Collectors.joining(",", "[", "]")));
		}
		throw new PayloadException("Cannot serialise " + value.getClass().getName());
	}

	@Override
	public @Nullable Object read(Payload payload, Type type) {
		String json = payload.json();
		try {
			return (type == Integer.class || type == int.class) ? (Object) Integer.valueOf(json)
					: json.substring(1, json.length() - 1);
		}
		catch (NumberFormatException ex) {
			throw new PayloadException("Not a number: " + json, ex);
		}
	}

}
