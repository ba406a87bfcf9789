package io.durablespring.actuate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.durablespring.FailureDetails;
import io.durablespring.Payload;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.Sanitizer;

/**
 * Payloads and failures as plain objects that any JSON library writes as JSON, not as
 * text; masked for those who may not see them.
 */
final class PayloadDisplay {

	private static final JsonMapper MAPPER = JsonMapper.builder()
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.build();

	private final Sanitizer sanitizer;

	private final boolean shown;

	PayloadDisplay(Sanitizer sanitizer, boolean shown) {
		this.sanitizer = sanitizer;
		this.shown = shown;
	}

	@Nullable Object payload(String key, @Nullable Payload payload) {
		if (payload == null || !this.shown) {
			return sanitize(key, payload);
		}
		try {
			return value(key, MAPPER.readValue(payload.json(), Object.class));
		}
		catch (JacksonException ex) {
			// Better seen than hidden behind an error.
			return sanitize(key, payload.json());
		}
	}

	private @Nullable Object value(String key, @Nullable Object value) {
		if (value instanceof Map<?, ?> map) {
			Map<String, @Nullable Object> shownMap = new LinkedHashMap<>();
			map.forEach((name, element) -> shownMap.put(String.valueOf(name), value(String.valueOf(name), element)));
			return shownMap;
		}
		if (value instanceof List<?> list) {
			return list.stream().map((element) -> value(key, element)).toList();
		}
		return sanitize(key, value);
	}

	@Nullable FailureDescriptor failure(@Nullable FailureDetails failure) {
		if (failure == null) {
			return null;
		}
		Map<String, @Nullable Object> properties = new LinkedHashMap<>();
		failure.properties().forEach((name, value) -> properties.put(name, sanitize(name, value)));
		return new FailureDescriptor(failure.type(), sanitize("message", failure.message()), failure.nonRetryable(),
				sanitize("stackTrace", failure.stackTrace()), properties, failure(failure.cause()));
	}

	private @Nullable Object sanitize(String key, @Nullable Object value) {
		return (value != null) ? this.sanitizer.sanitize(new SanitizableData(null, key, value), this.shown) : null;
	}

	/**
	 * A failure.
	 *
	 * @param type the exception's type
	 * @param message the exception's message
	 * @param nonRetryable whether trying again is pointless
	 * @param stackTrace the stack trace
	 * @param properties what the application added
	 * @param cause the cause
	 */
	record FailureDescriptor(String type, @Nullable Object message, boolean nonRetryable, @Nullable Object stackTrace,
			Map<String, @Nullable Object> properties, @Nullable FailureDescriptor cause) {
	}

}
