package io.durablespring.json;

import io.durablespring.Payload;
import tools.jackson.databind.module.SimpleModule;

/**
 * Lets the application's own mapper write payloads as the JSON they are, so that a
 * controller may return what a client found.
 */
public final class PayloadModule extends SimpleModule {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the module.
	 */
	public PayloadModule() {
		super("durable-spring-payload");
		addSerializer(Payload.class, new PayloadJson.Serializer());
	}

}
