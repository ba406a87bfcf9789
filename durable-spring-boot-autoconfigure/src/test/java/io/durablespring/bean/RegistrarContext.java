package io.durablespring.bean;

import io.durablespring.runtime.Definition;
import io.durablespring.runtime.DefinitionRegistry;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/**
 * Beans with an {@link AnnotatedMethodRegistrar}, and what it registers.
 */
final class RegistrarContext implements AutoCloseable {

	private final DefinitionRegistry registry = new DefinitionRegistry(DeclaredTypes::resolve);

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	void refresh(Class<?>... components) {
		this.context.register(components);
		this.context.registerBean(AnnotatedMethodRegistrar.class,
				() -> new AnnotatedMethodRegistrar(this.context.getBeanFactory(), this.registry, null,
						String::isEmpty));
		this.context.refresh();
	}

	DefinitionRegistry registry() {
		return this.registry;
	}

	Definition activity(String name) {
		return this.registry.activity(name).orElseThrow();
	}

	<T> T get(Class<T> type) {
		return this.context.getBean(type);
	}

	@Override
	public void close() {
		this.context.close();
	}

}
