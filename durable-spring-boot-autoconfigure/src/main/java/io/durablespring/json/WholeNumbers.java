package io.durablespring.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Set;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.std.DelegatingDeserializer;
import tools.jackson.databind.util.TokenBuffer;

/**
 * Lets a number that is written with a point or an exponent be read as an integer if
 * nothing is lost, as {@code 1.0} is. One with a fraction is left to the mapper, which
 * refuses it.
 */
final class WholeNumbers extends ValueDeserializerModifier {

	private static final long serialVersionUID = 1L;

	private static final Set<Class<?>> INTEGERS = Set.of(int.class, Integer.class, long.class, Long.class, short.class,
			Short.class, byte.class, Byte.class, BigInteger.class);

	/** More digits than this are nobody's, and cost memory. */
	private static final int MAX_ZEROS = 1_000;

	@Override
	public ValueDeserializer<?> modifyDeserializer(DeserializationConfig config, BeanDescription.Supplier description,
			ValueDeserializer<?> deserializer) {
		return INTEGERS.contains(description.getBeanClass()) ? new Reader(deserializer) : deserializer;
	}

	private static final class Reader extends DelegatingDeserializer {

		Reader(ValueDeserializer<?> integers) {
			super(integers);
		}

		@Override
		protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> integers) {
			return new Reader(integers);
		}

		@Override
		public Object deserialize(JsonParser parser, DeserializationContext context) {
			if (parser.hasToken(JsonToken.VALUE_NUMBER_FLOAT)) {
				BigDecimal number = parser.getDecimalValue().stripTrailingZeros();
				if (number.scale() <= 0 && number.scale() > -MAX_ZEROS) {
					return whole(number.toBigInteger(), parser, context);
				}
			}
			return super.deserialize(parser, context);
		}

		private Object whole(BigInteger number, JsonParser parser, DeserializationContext context) {
			try (TokenBuffer buffer = context.bufferForInputBuffering(parser)) {
				buffer.writeNumber(number);
				JsonParser integer = buffer.asParser(context, parser);
				integer.nextToken();
				return super.deserialize(integer, context);
			}
		}

	}

}
