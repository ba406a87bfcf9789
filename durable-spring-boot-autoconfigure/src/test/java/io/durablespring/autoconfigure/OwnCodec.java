package io.durablespring.autoconfigure;

import java.lang.reflect.Type;

import io.durablespring.Payload;
import io.durablespring.history.PayloadCodec;

/**
 * A codec of the application.
 */
class OwnCodec implements PayloadCodec {

	@Override
	public Payload write(Object value) {
		return Payload.of("1");
	}

	@Override
	public Object read(Payload payload, Type type) {
		return null;
	}

}
