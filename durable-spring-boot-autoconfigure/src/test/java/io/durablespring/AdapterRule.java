package io.durablespring;

import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.jspecify.annotations.NullMarked;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/**
 * The rules of the adapters and their auto-configuration, for any base package, each with
 * classes that break it. See docs/architecture.md.
 */
enum AdapterRule {

	BEAN_KNOWS_CORE_BUT_ENGINE((base) -> adapter(base, ".bean"), "bean.UsesEngine", "bean.UsesJson"),

	JPA_KNOWS_CORE_BUT_ENGINE((base) -> adapter(base, ".jpa"), "jpa.UsesKafka"),

	KAFKA_KNOWS_CORE_BUT_ENGINE((base) -> adapter(base, ".kafka"), "kafka.UsesJpa", "kafka.UsesLocal"),

	JSON_KNOWS_CORE_BUT_ENGINE((base) -> adapter(base, ".json"), "json.UsesEngine"),

	WEB_KNOWS_CORE_BUT_ENGINE((base) -> adapter(base, ".web"), "web.UsesJson"),

	ACTUATE_KNOWS_CORE_BUT_ENGINE((base) -> adapter(base, ".actuate"), "actuate.UsesConfiguration"),

	NOTHING_KNOWS_ITS_WIRING((base) -> noClasses().that()
		.resideInAPackage(base + "..")
		.and()
		.resideOutsideOfPackage(base + ".autoconfigure")
		.should()
		.dependOnClassesThat()
		.resideInAPackage(base + ".autoconfigure"), "actuate.UsesConfiguration"),

	EVERY_PACKAGE_HAS_A_RULE((base) -> classes().that()
		.resideInAPackage(base + "..")
		.should()
		.resideInAnyPackage(base + ".bean", base + ".jpa", base + ".kafka", base + ".json", base + ".web",
				base + ".actuate", base + ".autoconfigure"),
			"stray.Stray"),

	KAFKA_STAYS_IN_ITS_ADAPTER((base) -> library(base, ".kafka", "org.apache.kafka..", "org.springframework.kafka.."),
			"bean.UsesBroker"),

	JPA_STAYS_IN_ITS_ADAPTER(
			(base) -> library(base, ".jpa", "jakarta.persistence..", "org.hibernate..", "org.springframework.orm.."),
			"bean.UsesEntityManager"),

	NO_PACKAGE_CYCLES((base) -> SlicesRuleDefinition.slices().matching(base + ".(**)").should().beFreeOfCycles(),
			"jpa.UsesKafka"),

	AUTO_CONFIGURATIONS_ARE_PUBLIC_AND_FINAL(
			(base) -> classes().that()
				.areAnnotatedWith(AutoConfiguration.class)
				.should()
				.bePublic()
				.andShould()
				.haveModifier(JavaModifier.FINAL),
			"autoconfigure.OpenAutoConfiguration", "autoconfigure.HiddenAutoConfiguration"),

	AUTO_CONFIGURATIONS_RESIDE_TOGETHER((base) -> classes().that()
		.areAnnotatedWith(AutoConfiguration.class)
		.should()
		.resideInAPackage(base + ".autoconfigure"), "stray.StrayAutoConfiguration"),

	BEAN_METHODS_ARE_PACKAGE_PRIVATE(
			(base) -> methods().that().areAnnotatedWith(Bean.class).should().bePackagePrivate(),
			"autoconfigure.OpenAutoConfiguration"),

	BEANS_BACK_OFF((base) -> methods().that()
		.areAnnotatedWith(Bean.class)
		.should()
		.beAnnotatedWith(ConditionalOnMissingBean.class), "autoconfigure.HiddenAutoConfiguration"),

	NAMES_TELL_THE_ROLE((base) -> noClasses().that()
		.resideInAPackage(base + "..")
		.should()
		.haveNameMatching(".*(Utils?|Managers?|Helpers?|Impl)(\\$.*)?"), "bean.ProxyUtils"),

	NO_STATIC_STATE((base) -> fields().that()
		.areDeclaredInClassesThat()
		.resideInAPackage(base + "..")
		.and()
		.areStatic()
		.should()
		.beFinal(), "bean.HoldsStaticState"),

	PACKAGES_ARE_NULL_MARKED((base) -> classes().that()
		.resideInAPackage(base + "..")
		.should(satisfy("be in a @NullMarked package", (type) -> type.getPackage().isAnnotatedWith(NullMarked.class))),
			"stray.Stray");

	private final Function<String, ArchRule> rule;

	private final List<String> violators;

	AdapterRule(Function<String, ArchRule> rule, String... violators) {
		this.rule = rule;
		this.violators = List.of(violators);
	}

	/** The rule; it holds for a package that does not exist yet. */
	ArchRule in(String basePackage) {
		return this.rule.apply(basePackage).allowEmptyShould(true);
	}

	/** Names of planted classes that break this rule, below the base package. */
	List<String> violators() {
		return this.violators;
	}

	private static ArchRule adapter(String base, String name) {
		List<String> allowed = List.of(base, base + ".history", base + ".spi", base + ".runtime", base + name);
		return noClasses().that().resideInAPackage(base + name).should().dependOnClassesThat(ours(base, allowed));
	}

	private static DescribedPredicate<JavaClass> ours(String base, List<String> allowed) {
		return DescribedPredicate.describe("are ours but not of " + allowed,
				(target) -> (target.getPackageName() + ".").startsWith(base + ".")
						&& !allowed.contains(target.getPackageName()));
	}

	private static ArchRule library(String base, String adapter, String... packages) {
		return noClasses().that()
			.resideInAPackage(base + "..")
			.and()
			.resideOutsideOfPackages(base + adapter, base + ".autoconfigure")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(packages);
	}

	private static ArchCondition<JavaClass> satisfy(String description, Predicate<JavaClass> test) {
		return new ArchCondition<>(description) {

			@Override
			public void check(JavaClass type, ConditionEvents events) {
				events.add(new SimpleConditionEvent(type, test.test(type),
						type.getName() + " should " + description + " in " + type.getSourceCodeLocation()));
			}

		};
	}

}
