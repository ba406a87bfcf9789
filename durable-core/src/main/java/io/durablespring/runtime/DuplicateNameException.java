package io.durablespring.runtime;

import java.lang.reflect.Method;

import io.durablespring.DurableException;
import org.jspecify.annotations.Nullable;

/**
 * Two methods claim one name, and one version of it.
 */
public class DuplicateNameException extends DurableException {

	private static final long serialVersionUID = 1L;

	private final String annotation;

	private final String name;

	private final @Nullable String version;

	private final transient Method first;

	private final transient Method second;

	/**
	 * Creates the exception.
	 * @param annotation the simple name of the annotation
	 * @param name the name that both claim
	 * @param version the version that both have; {@code null} for none
	 * @param first the method that has it
	 * @param second the method that wants it
	 */
	public DuplicateNameException(String annotation, String name, @Nullable String version, Method first,
			Method second) {
		super("Both %s and %s are @%s(\"%s\")%s".formatted(InvalidDefinitionException.describe(first),
				InvalidDefinitionException.describe(second), annotation, name,
				(version != null) ? " of version " + version : ""));
		this.annotation = annotation;
		this.name = name;
		this.version = version;
		this.first = first;
		this.second = second;
	}

	/**
	 * The annotation.
	 * @return its simple name
	 */
	public String annotation() {
		return this.annotation;
	}

	/**
	 * The name that both claim.
	 * @return the name
	 */
	public String name() {
		return this.name;
	}

	/**
	 * The version that both have.
	 * @return the version, {@code null} for none
	 */
	public @Nullable String version() {
		return this.version;
	}

	/**
	 * The method that has the name.
	 * @return the method
	 */
	public Method first() {
		return this.first;
	}

	/**
	 * The method that wants the name.
	 * @return the method
	 */
	public Method second() {
		return this.second;
	}

}
