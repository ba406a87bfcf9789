package io.durablespring.json;

import java.lang.reflect.Type;
import java.util.List;

import io.durablespring.Payload;
import io.durablespring.PayloadException;
import io.durablespring.history.PayloadCodec;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * The application's values as JSON. A {@link Payload} passes through as it is.
 * Thread-safe.
 */
public final class JacksonPayloadCodec implements PayloadCodec {

	private final JsonMapper mapper;

	/**
	 * Creates a codec.
	 * @param mapper what maps values; it must not create types that JSON names
	 */
	public JacksonPayloadCodec(JsonMapper mapper) {
		this.mapper = mapper;
	}

	/**
	 * Our defaults for the mapper. They do not follow the application's, which may change
	 * while stored values stay.
	 * @return a new builder
	 */
	public static JsonMapper.Builder mapperBuilder() {
		// Whatever can be written must be readable later: names and numbers have no
		// limit when written.
		StreamReadConstraints constraints = StreamReadConstraints.builder()
			.maxNumberLength(Integer.MAX_VALUE)
			.maxStringLength(Integer.MAX_VALUE)
			.maxNameLength(Integer.MAX_VALUE)
			.build();
		return JsonMapper.builder(JsonFactory.builder().streamReadConstraints(constraints).build())
			.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
			.enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
			// What would be lost in reading is refused: a fraction, and a text without
			// content, which is neither null nor a number.
			.disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
			.withCoercionConfigDefaults(
					(coercions) -> coercions.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
			.addModule(new SimpleModule("durable-whole-numbers").setDeserializerModifier(new WholeNumbers()))
			// A zoned time keeps its zone.
			.enable(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID)
			.disable(DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE);
	}

	@Override
	public @Nullable Payload write(@Nullable Object value) {
		if (value == null || value instanceof Payload) {
			return (Payload) value;
		}
		return write(value, this.mapper.writer());
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * Used for containers, whose elements Jackson then writes as their declared type,
	 * with what {@code @JsonTypeInfo} on it asks for. Others are written as what they
	 * are.
	 */
	@Override
	public @Nullable Payload write(@Nullable Object value, Type declared) {
		JavaType type = this.mapper.constructType(declared);
		boolean container = type.isContainerType() || type.isReferenceType();
		if (value == null || value instanceof Payload || !container || !type.getRawClass().isInstance(value)) {
			return write(value);
		}
		return write(value, this.mapper.writerFor(type));
	}

	private static Payload write(Object value, ObjectWriter writer) {
		try {
			return Payload.of(writer.writeValueAsString(value));
		}
		catch (JacksonException ex) {
			throw new PayloadException(
					"Cannot write a %s as JSON%s: %s. Use a type that Jackson can write, such as a record."
						.formatted(value.getClass().getName(), position(ex), sentence(ex)),
					ex);
		}
	}

	@Override
	public @Nullable Object read(Payload payload, Type type) {
		if (type == void.class || type == Void.class) {
			return null;
		}
		if (type == Payload.class) {
			return payload;
		}
		try {
			JavaType javaType = this.mapper.constructType(type);
			return this.mapper.readValue(payload.json(), javaType);
		}
		catch (JacksonException | IllegalArgumentException ex) {
			throw new PayloadException(
					"Cannot read JSON as %s%s: %s. Send a value that fits, or change the type that is read."
						.formatted(type.getTypeName(), position(ex), sentence(ex)),
					ex);
		}
	}

	private static String sentence(Exception ex) {
		String message = (ex instanceof JacksonException jackson) ? jackson.getOriginalMessage() : ex.getMessage();
		return (message != null) ? message.replaceAll("[.\\s]+$", "") : ex.getClass().getName();
	}

	private static String position(Exception ex) {
		if (!(ex instanceof JacksonException jackson)) {
			return "";
		}
		TokenStreamLocation location = jackson.getLocation();
		String path = path(jackson.getPath());
		String at = (location != null && location.getLineNr() > 0)
				? " (line %d, column %d)".formatted(location.getLineNr(), location.getColumnNr()) : "";
		return path.isEmpty() ? at : " at " + path + at;
	}

	private static String path(List<JacksonException.Reference> references) {
		StringBuilder path = new StringBuilder();
		for (JacksonException.Reference reference : references) {
			if (reference.getPropertyName() == null) {
				path.append('[').append(reference.getIndex()).append(']');
			}
			else {
				path.append(path.isEmpty() ? "" : ".").append(reference.getPropertyName());
			}
		}
		return path.toString();
	}

}
