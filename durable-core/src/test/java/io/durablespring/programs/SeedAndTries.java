package io.durablespring.programs;

import java.util.concurrent.ThreadLocalRandom;

import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;

/**
 * Lets system properties say what a property tries: {@code durable.programs.seed} repeats
 * what a failure has printed, {@code durable.programs.tries} makes a run long.
 */
public final class SeedAndTries implements AroundPropertyHook {

	private static final String SEED = "durable.programs.seed";

	private static final String TRIES = "durable.programs.tries";

	@Override
	public PropagationMode propagateTo() {
		return PropagationMode.ALL_DESCENDANTS;
	}

	@Override
	public PropertyExecutionResult aroundProperty(PropertyLifecycleContext context, PropertyExecutor property) {
		String seed = System.getProperty(SEED, String.valueOf(ThreadLocalRandom.current().nextLong()));
		context.attributes().setSeed(seed);
		Integer tries = Integer.getInteger(TRIES);
		if (tries != null) {
			context.attributes().setTries(tries);
		}
		PropertyExecutionResult result = property.execute();
		return (result.status() == PropertyExecutionResult.Status.FAILED) ? result.mapToFailed(named(result, seed))
				: result;
	}

	/** In the failure itself, for that is what a build shows. */
	private static AssertionError named(PropertyExecutionResult result, String seed) {
		return new AssertionError("-D" + SEED + "=" + seed + " finds "
				+ result.falsifiedParameters().map(Object::toString).orElse("nothing") + ": "
				+ result.throwable().map(Throwable::getMessage).orElse(""), result.throwable().orElse(null));
	}

}
