package io.durablespring;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Holds durable-core to its architecture, and each rule to its purpose.
 */
class ArchitectureTests {

	private static final JavaClasses CORE = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages("io.durablespring");

	private static final JavaClasses PLANTED = new ClassFileImporter().importPackages("planted");

	@ParameterizedTest
	@EnumSource
	void theCodeKeepsTo(CoreRule rule) {
		rule.in("io.durablespring").check(CORE);
	}

	@ParameterizedTest
	@EnumSource
	void aPlantedViolationIsFoundBy(CoreRule rule) {
		for (String violator : rule.violators()) {
			assertThatThrownBy(() -> rule.in("planted").check(PLANTED)).isInstanceOf(AssertionError.class)
				.hasMessageContaining("planted." + violator);
		}
	}

}
