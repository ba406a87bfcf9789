package io.durablespring.runtime;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import io.durablespring.Payload;

/**
 * Makes values what they are after a journey: references without the large values that
 * they stand for.
 */
final class AsStored {

	private AsStored() {
	}

	@SuppressWarnings("unchecked")
	static <T> T of(T value) {
		return (T) stored(value);
	}

	private static Object stored(Object value) {
		if (value instanceof Payload payload) {
			return (payload.content() != null) ? Payload.of(payload.json()) : payload;
		}
		if (value instanceof List<?> list) {
			return list.stream().map(AsStored::stored).toList();
		}
		if (value instanceof Optional<?> optional) {
			return optional.map(AsStored::stored);
		}
		if (value instanceof Map<?, ?> map) {
			return map.entrySet()
				.stream()
				.collect(Collectors.toMap(Map.Entry::getKey, (entry) -> stored(entry.getValue())));
		}
		return (value instanceof Record fields) ? stored(fields) : value;
	}

	private static Object stored(Record fields) {
		RecordComponent[] components = fields.getClass().getRecordComponents();
		Class<?>[] types = new Class<?>[components.length];
		Object[] values = new Object[components.length];
		try {
			for (int i = 0; i < components.length; i++) {
				types[i] = components[i].getType();
				values[i] = stored(components[i].getAccessor().invoke(fields));
			}
			Constructor<?> constructor = fields.getClass().getDeclaredConstructor(types);
			return constructor.newInstance(values);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException("Cannot copy " + fields, ex);
		}
	}

}
