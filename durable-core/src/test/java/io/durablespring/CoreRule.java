package io.durablespring;

import java.time.Clock;
import java.util.Calendar;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.jspecify.annotations.NullMarked;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/**
 * The rules of durable-core, for any base package, each with classes that break it. See
 * docs/architecture.md.
 */
enum CoreRule {

	API_DEPENDS_ON_NOTHING((base) -> edges(base, "", Logging.ALLOWED), "ApiUsesHistory"),

	HISTORY_DEPENDS_ON_API((base) -> edges(base, ".history", Logging.NONE, ""), "history.UsesSpi"),

	ENGINE_DEPENDS_ON_API_AND_HISTORY((base) -> edges(base, ".engine", Logging.NONE, "", ".history"), "engine.UsesSpi",
			"engine.UsesLogger"),

	SPI_DEPENDS_ON_API_AND_HISTORY((base) -> edges(base, ".spi", Logging.ALLOWED, "", ".history"), "spi.UsesRuntime",
			"spi.UsesEngine"),

	RUNTIME_DEPENDS_ON_API_HISTORY_ENGINE_AND_SPI(
			(base) -> edges(base, ".runtime", Logging.ALLOWED, "", ".history", ".engine", ".spi"), "runtime.UsesLocal"),

	LOCAL_DEPENDS_ON_API_HISTORY_AND_SPI((base) -> edges(base, ".local", Logging.ALLOWED, "", ".history", ".spi"),
			"local.UsesEngine", "local.UsesRuntime"),

	EVERY_PACKAGE_HAS_A_RULE((base) -> classes().that()
		.resideInAPackage(base + "..")
		.should()
		.resideInAnyPackage(base, base + ".history", base + ".engine", base + ".spi", base + ".runtime",
				base + ".local"),
			"stray.Stray"),

	NO_FRAMEWORK(
			(base) -> classes().that()
				.resideInAPackage(base + "..")
				.should()
				.onlyDependOnClassesThat()
				.resideInAnyPackage("java..", "org.jspecify.annotations", "org.slf4j..", base + ".."),
			"runtime.UsesLibrary"),

	NO_PACKAGE_CYCLES((base) -> SlicesRuleDefinition.slices().assignedFrom(packages(base)).should().beFreeOfCycles(),
			"history.UsesSpi"),

	ENGINE_HAS_NO_CLOCK((base) -> engineDoesNot(base, "read a clock", CoreRule::readsClock), "engine.UsesClock",
			"engine.RefersToClock"),

	ENGINE_STARTS_NO_THREAD((base) -> engineDoesNot(base, "start or hold up a thread", CoreRule::startsThread),
			"engine.StartsThread", "engine.UsesPool"),

	ENGINE_HAS_NO_RANDOMNESS((base) -> engineDoesNot(base, "use randomness", CoreRule::usesRandomness),
			"engine.UsesRandom", "engine.MakesRandomUuid"),

	ENGINE_PRINTS_NOTHING((base) -> engineDoesNot(base, "log or print", CoreRule::prints), "engine.Prints",
			"engine.UsesPlatformLogger"),

	NAMES_TELL_THE_ROLE(
			(base) -> noClasses().that()
				.resideInAPackage(base + "..")
				.should()
				.haveNameMatching(".*(Utils?|Managers?|Helpers?|Impl)(\\$.*)?"),
			"runtime.RetryHelper", "runtime.StoreImpl"),

	NO_STATIC_STATE((base) -> fields().that()
		.areDeclaredInClassesThat()
		.resideInAPackage(base + "..")
		.and()
		.areStatic()
		.should()
		.beFinal(), "runtime.HoldsStaticState"),

	CLASSES_ARE_FINAL_OR_MADE_TO_BE_EXTENDED((base) -> classes().that()
		.resideInAPackage(base + "..")
		.and()
		.areNotAssignableTo(Throwable.class)
		.and()
		.areNotEnums()
		.and()
		.areNotAnonymousClasses()
		.should(beFinalOrAbstract()), "runtime.IsOpen"),

	PACKAGES_ARE_NULL_MARKED((base) -> classes().that().resideInAPackage(base + "..").should(beNullMarked()),
			"stray.Stray");

	private final Function<String, ArchRule> rule;

	private final List<String> violators;

	CoreRule(Function<String, ArchRule> rule, String... violators) {
		this.rule = rule;
		this.violators = List.of(violators);
	}

	ArchRule in(String basePackage) {
		return this.rule.apply(basePackage);
	}

	/** Names of planted classes that break this rule, below the base package. */
	List<String> violators() {
		return this.violators;
	}

	private enum Logging {

		ALLOWED, NONE

	}

	private static ArchRule edges(String base, String from, Logging logging, String... to) {
		Set<String> ours = new HashSet<>(Set.of(base + from));
		for (String packageName : to) {
			ours.add(base + packageName);
		}
		DescribedPredicate<JavaClass> allowed = DescribedPredicate.describe(
				"are of java, jspecify" + ((logging == Logging.ALLOWED) ? ", slf4j" : "") + " or " + ours,
				(target) -> ours.contains(target.getPackageName()) || target.getPackageName().startsWith("java.")
						|| target.getPackageName().equals("org.jspecify.annotations")
						|| (logging == Logging.ALLOWED && target.getPackageName().startsWith("org.slf4j")));
		return classes().that().resideInAPackage(base + from).should().onlyDependOnClassesThat(allowed);
	}

	private static SliceAssignment packages(String base) {
		return new SliceAssignment() {

			@Override
			public SliceIdentifier getIdentifierOf(JavaClass type) {
				String name = type.getPackageName();
				return (name.equals(base) || name.startsWith(base + ".")) ? SliceIdentifier.of(name)
						: SliceIdentifier.ignore();
			}

			@Override
			public String getDescription() {
				return "the packages of " + base;
			}

		};
	}

	private static ArchRule engineDoesNot(String base, String what, Predicate<JavaAccess<?>> access) {
		return noClasses().that()
			.resideInAPackage(base + ".engine")
			.should()
			.accessTargetWhere(DescribedPredicate.describe("they " + what, access));
	}

	private static boolean readsClock(JavaAccess<?> access) {
		String name = access.getName();
		return is(access, Clock.class) || is(access, Date.class) || is(access, Calendar.class)
				|| (name.equals("now") && access.getTargetOwner().getPackageName().startsWith("java.time"))
				|| (is(access, System.class) && Set.of("currentTimeMillis", "nanoTime").contains(name));
	}

	private static boolean startsThread(JavaAccess<?> access) {
		String name = access.getName();
		return (is(access, Thread.class)
				&& !Set.of("currentThread", "getName", "interrupt", "interrupted").contains(name))
				|| is(access, Executors.class) || is(access, ForkJoinPool.class) || is(access, CompletableFuture.class)
				|| is(access, Timer.class) || name.equals("parallelStream") || name.equals("parallel");
	}

	private static boolean usesRandomness(JavaAccess<?> access) {
		return is(access, RandomGenerator.class)
				|| Set.of("random", "randomUUID", "identityHashCode").contains(access.getName());
	}

	private static boolean prints(JavaAccess<?> access) {
		return (is(access, System.class) && Set.of("out", "err", "getLogger").contains(access.getName()))
				|| is(access, System.Logger.class) || access.getName().equals("printStackTrace")
				|| access.getTargetOwner().getPackageName().startsWith("java.util.logging");
	}

	private static boolean is(JavaAccess<?> access, Class<?> owner) {
		return access.getTargetOwner().isAssignableTo(owner);
	}

	private static ArchCondition<JavaClass> beFinalOrAbstract() {
		return condition("be final, abstract or sealed",
				(type) -> type.isInterface() || type.getModifiers().contains(JavaModifier.FINAL)
						|| type.getModifiers().contains(JavaModifier.ABSTRACT));
	}

	private static ArchCondition<JavaClass> beNullMarked() {
		return condition("be in a @NullMarked package", (type) -> type.getPackage().isAnnotatedWith(NullMarked.class));
	}

	private static ArchCondition<JavaClass> condition(String description, Predicate<JavaClass> test) {
		return new ArchCondition<>(description) {

			@Override
			public void check(JavaClass type, ConditionEvents events) {
				events.add(new SimpleConditionEvent(type, test.test(type),
						type.getName() + " should " + description + " in " + type.getSourceCodeLocation()));
			}

		};
	}

}
