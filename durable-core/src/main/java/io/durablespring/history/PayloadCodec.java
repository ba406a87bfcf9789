package io.durablespring.history;

import java.lang.reflect.Type;

import io.durablespring.Payload;
import io.durablespring.PayloadException;
import io.durablespring.StoreUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * Turns the application's values into payloads and back. Implementations are thread-safe
 * and never create a type that the payload itself names.
 */
public interface PayloadCodec extends Payload.Reader {

	/**
	 * Serialises a value.
	 * @param value the value
	 * @return the payload, {@code null} for {@code null}
	 * @throws PayloadException if it cannot be serialised or is too large
	 */
	@Nullable Payload write(@Nullable Object value);

	/**
	 * Serialises a value that will be read as a declared type. Knowing that type, a codec
	 * can keep what the value alone does not tell, such as the element type of a list.
	 * @param value the value
	 * @param declared the type of the parameter or result that it belongs to
	 * @return the payload, {@code null} for {@code null}
	 * @throws PayloadException if it cannot be serialised or is too large
	 */
	default @Nullable Payload write(@Nullable Object value, Type declared) {
		return write(value);
	}

	/**
	 * Deserialises a value.
	 * @param payload the payload
	 * @param type the wanted type
	 * @return the value
	 * @throws PayloadException if the payload does not fit the type
	 * @throws StoreUnavailableException if the value is kept in the store, and that
	 * cannot be reached
	 */
	@Override
	@Nullable Object read(Payload payload, Type type);

}
