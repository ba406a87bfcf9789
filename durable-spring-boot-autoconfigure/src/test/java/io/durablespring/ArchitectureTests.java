package io.durablespring;

import java.net.URL;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.durablespring.autoconfigure.DurableAutoConfiguration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Holds the adapters to the architecture, and each rule to its purpose.
 */
class ArchitectureTests {

	private static final JavaClasses MODULE = new ClassFileImporter().importUrl(location());

	private static final JavaClasses PLANTED = new ClassFileImporter().importPackages("planted");

	// This module only: other modules share its base package.
	private static URL location() {
		return DurableAutoConfiguration.class.getProtectionDomain().getCodeSource().getLocation();
	}

	@ParameterizedTest
	@EnumSource
	void theCodeKeepsTo(AdapterRule rule) {
		assertThat(MODULE.contain(DurableAutoConfiguration.class)).isTrue();
		rule.in("io.durablespring").check(MODULE);
	}

	@ParameterizedTest
	@EnumSource
	void aPlantedViolationIsFoundBy(AdapterRule rule) {
		for (String violator : rule.violators()) {
			assertThatThrownBy(() -> rule.in("planted").check(PLANTED)).isInstanceOf(AssertionError.class)
				.hasMessageContaining("planted." + violator);
		}
	}

}
