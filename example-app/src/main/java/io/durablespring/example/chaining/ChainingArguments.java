package io.durablespring.example.chaining;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * What {@code --chaining.*} asks for.
 *
 * @param item what to order
 * @param price what it costs
 * @param exit whether to exit afterwards
 */
@ConfigurationProperties("chaining")
record ChainingArguments(String item, @DefaultValue("40") int price, boolean exit) {

	ChainingArguments {
		Assert.hasText(item, "chaining.item is missing: name what to order");
	}

}
