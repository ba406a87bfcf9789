package io.durablespring.json;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import com.fasterxml.jackson.annotation.JsonInclude.Include;
import io.durablespring.Payload;
import io.durablespring.history.HistoryCodec;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * Our own records as JSON objects. Nothing that an application configures reaches it, so
 * that what is stored stays readable. Thread-safe.
 * <p>
 * A {@link Payload} keeps its text to the character.
 */
public final class JacksonRecordFormat implements HistoryCodec.Format {

	private final JsonMapper mapper = createMapper();

	private final Map<Class<?>, ObjectReader> readers = new ConcurrentHashMap<>();

	private static JsonMapper createMapper() {
		// Payloads are checked when they are written; a limit here could only lose
		// history.
		StreamReadConstraints unlimited = StreamReadConstraints.builder()
			.maxNestingDepth(Integer.MAX_VALUE)
			.maxNumberLength(Integer.MAX_VALUE)
			.maxStringLength(Integer.MAX_VALUE)
			.maxNameLength(Integer.MAX_VALUE)
			.build();
		SimpleModule payloads = new SimpleModule().addSerializer(Payload.class, new PayloadJson.Serializer())
			.addDeserializer(Payload.class, new PayloadJson.Deserializer());
		return JsonMapper.builder(JsonFactory.builder().streamReadConstraints(unlimited).build())
			.disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
			.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
			.enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
			.changeDefaultPropertyInclusion((inclusion) -> inclusion.withValueInclusion(Include.NON_NULL))
			.addModule(payloads)
			.build();
	}

	@Override
	public String write(Object value) {
		try {
			return this.mapper.writeValueAsString(value);
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException(
					"Cannot write a " + value.getClass().getName() + ": " + ex.getOriginalMessage(), ex);
		}
	}

	@Override
	public <T> T read(String json, Class<T> type) {
		ObjectReader reader = this.readers.computeIfAbsent(type, this.mapper::readerFor);
		T value;
		try {
			value = reader.withAttribute(PayloadJson.SOURCE, json).readValue(json);
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("Not a " + type.getName() + ": " + ex.getOriginalMessage(), ex);
		}
		catch (StackOverflowError ex) {
			throw new IllegalArgumentException("Not a " + type.getName() + ": it is nested too deeply", ex);
		}
		if (value == null) {
			throw new IllegalArgumentException("Not a " + type.getName() + ": null");
		}
		return value;
	}

}
