package io.durablespring.json;

import tools.jackson.databind.json.JsonMapper;

/**
 * Changes the mapper for the application's values: inputs, results and custom statuses.
 * Register it as a bean. What it changes must go on reading what is stored.
 */
@FunctionalInterface
public interface DurableJsonMapperCustomizer {

	/**
	 * Customizes the mapper.
	 * @param builder the mapper's builder, with our defaults
	 */
	void customize(JsonMapper.Builder builder);

}
