package io.durablespring.example.http;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.Assert;

/**
 * What {@code --http.*} asks for.
 *
 * @param year the year of the report
 * @param exit whether to exit afterwards
 */
@ConfigurationProperties("http")
record HttpArguments(int year, boolean exit) {

	HttpArguments {
		Assert.isTrue(year >= 1 && year <= 9999, () -> "http.year must be from 1 to 9999 but is " + year);
	}

}
