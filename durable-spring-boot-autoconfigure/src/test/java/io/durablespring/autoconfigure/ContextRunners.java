package io.durablespring.autoconfigure;

import io.durablespring.local.InMemoryStore;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/**
 * The application contexts that the tests of the auto-configuration start from.
 */
final class ContextRunners {

	private ContextRunners() {
	}

	/**
	 * Neither a store nor a transport is there.
	 */
	static ApplicationContextRunner withoutPorts() {
		return new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(DurableAutoConfiguration.class));
	}

	static ApplicationContextRunner inMemory() {
		return withoutPorts().withPropertyValues("durable.transport=in-process").withBean(InMemoryStore.class);
	}

}
