package io.durablespring;

import java.lang.reflect.Type;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * An application's value in serialised form: one JSON value. Immutable; equal when the
 * JSON text is.
 * <p>
 * A large value is stored once, and a reference stands for it where messages and history
 * would repeat it: its JSON is <code>{"$durablePayload":"id"}</code>.
 */
public final class Payload {

	private static final String REFERENCE = "{\"$durablePayload\":\"";

	private static final String REFERENCE_END = "\"}";

	private final String json;

	private final @Nullable String content;

	private final @Nullable Reader reader;

	private Payload(String json, @Nullable String content, @Nullable Reader reader) {
		this.json = Objects.requireNonNull(json, "json");
		this.content = content;
		this.reader = reader;
	}

	/**
	 * A payload with the given text.
	 * @param json one JSON value; not checked
	 * @return the payload, not {@linkplain #readableBy(Reader) readable} yet
	 */
	public static Payload of(String json) {
		return new Payload(json, null, null);
	}

	/**
	 * A payload that stands for a large value.
	 * @param id what the value is stored under: letters, digits and hyphens
	 * @param content the value's JSON, as long as it is not stored yet
	 * @return the payload
	 */
	public static Payload reference(String id, String content) {
		return new Payload(REFERENCE + id + REFERENCE_END, content, null);
	}

	/**
	 * The serialised form.
	 * @return one JSON value
	 */
	public String json() {
		return this.json;
	}

	/**
	 * What the large value is stored under that this payload stands for.
	 * @return the id, {@code null} if this payload is the value itself
	 */
	public @Nullable String referenceId() {
		return (this.json.startsWith(REFERENCE) && this.json.endsWith(REFERENCE_END))
				? this.json.substring(REFERENCE.length(), this.json.length() - REFERENCE_END.length()) : null;
	}

	/**
	 * The large value that this payload stands for, as long as it is at hand.
	 * @return the value's JSON, {@code null} if it has to be read from where it is stored
	 */
	public @Nullable String content() {
		return this.content;
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
		return new Payload(this.json, this.content, reader);
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
