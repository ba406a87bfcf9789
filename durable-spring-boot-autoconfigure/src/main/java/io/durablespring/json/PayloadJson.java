package io.durablespring.json;

import io.durablespring.Payload;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;

/**
 * Payloads inside our records: the text they are, neither parsed nor formatted again, so
 * that numbers and their spelling survive.
 */
final class PayloadJson {

	/**
	 * The attribute that holds the text being read.
	 */
	static final Object SOURCE = PayloadJson.class;

	private PayloadJson() {
	}

	static final class Serializer extends ValueSerializer<Payload> {

		@Override
		public void serialize(Payload payload, JsonGenerator generator, SerializationContext context) {
			generator.writeRawValue(payload.json());
		}

	}

	static final class Deserializer extends ValueDeserializer<Payload> {

		@Override
		public Payload deserialize(JsonParser parser, DeserializationContext context) {
			String source = (String) context.getAttribute(SOURCE);
			int start = Math.toIntExact(parser.currentTokenLocation().getCharOffset());
			parser.skipChildren();
			parser.finishToken();
			int end = Math.toIntExact(parser.currentLocation().getCharOffset());
			return Payload.of(source.substring(start, end));
		}

		@Override
		public Object getNullValue(DeserializationContext context) {
			// An absent payload is left out, so this one was written: JSON's null.
			return Payload.of("null");
		}

		@Override
		public @Nullable Object getAbsentValue(DeserializationContext context) {
			return null;
		}

	}

}
