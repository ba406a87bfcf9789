package planted.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * Breaks two rules: it is not public, and its bean does not back off.
 */
@AutoConfiguration
final class HiddenAutoConfiguration {

	@Bean
	Object planted() {
		return new Object();
	}

}
