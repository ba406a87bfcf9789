package io.durablespring;

import java.lang.reflect.Type;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * An application's value in serialised form: one JSON value. Immutable; equal when the
 * JSON text is.
 */
public final class Payload {

	private final String json;

	private final @Nullable Reader reader;

	private Payload(String json, @Nullable Reader reader) {
		this.json = Objects.requireNonNull(json, "json");
		this.reader = reader;
	}

	/**
	 * A payload with the given text.
	 * @param json one JSON value; not checked
	 * @return the payload, not {@linkplain #readableBy(Reader) readable} yet
	 */
	public static Payload of(String json) {
		return new Payload(json, null);
	}

	/**
	 * The serialised form.
	 * @return one JSON value
	 */
	public String json() {
		return this.json;
	}

	/**
	 * Deserialises the value.
	 * @param <T> the wanted type
	 * @param type the wanted type
	 * @return the value, {@code null} for JSON's null
	 * @throws PayloadException if the JSON does not fit the type
	 */
	public <T> @Nullable T as(Class<T> type) {
		return type.cast(read(type));
	}

	/**
	 * Deserialises a value of a generic type.
	 * @param <T> the wanted type
	 * @param type the wanted type
	 * @return the value, {@code null} for JSON's null
	 * @throws PayloadException if the JSON does not fit the type
	 */
	@SuppressWarnings("unchecked")
	public <T> @Nullable T as(TypeRef<T> type) {
		return (T) read(type.type());
	}

	private @Nullable Object read(Type type) {
		if (this.reader == null) {
			throw new IllegalStateException("This payload did not come from a DurableClient: read its json() instead");
		}
		return this.reader.read(this, type);
	}

	/**
	 * The same payload, which can deserialise itself.
	 * @param reader what deserialises
	 * @return a payload equal to this one
	 */
	public Payload readableBy(Reader reader) {
		return new Payload(this.json, reader);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof Payload payload && this.json.equals(payload.json);
	}

	@Override
	public int hashCode() {
		return this.json.hashCode();
	}

	@Override
	public String toString() {
		return this.json;
	}

	/**
	 * Deserialises payloads.
	 */
	@FunctionalInterface
	public interface Reader {

		/**
		 * Deserialises a payload.
		 * @param payload the payload
		 * @param type the wanted type
		 * @return the value
		 * @throws PayloadException if the JSON does not fit the type
		 */
		@Nullable Object read(Payload payload, Type type);

	}

}
