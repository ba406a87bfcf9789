package planted.stray;

import org.springframework.boot.autoconfigure.AutoConfiguration;

/**
 * Breaks a rule: auto-configurations reside in one package.
 */
@AutoConfiguration
public final class StrayAutoConfiguration {

}
