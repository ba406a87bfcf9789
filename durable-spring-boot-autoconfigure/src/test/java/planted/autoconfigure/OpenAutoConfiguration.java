package planted.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Breaks two rules: it is not final, and its bean method is public.
 */
@AutoConfiguration
public class OpenAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	public Object planted() {
		return new Object();
	}

}
