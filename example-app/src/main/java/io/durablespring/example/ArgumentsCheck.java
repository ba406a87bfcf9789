package io.durablespring.example;

import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;

/**
 * Checks the arguments of all examples before anything is started for them: binds them to
 * the examples' {@link ConfigurationProperties}, as is done again where they are needed.
 */
final class ArgumentsCheck implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {

	@Override
	public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
		Binder binder = Binder.get(event.getEnvironment());
		var examples = new ClassPathScanningCandidateComponentProvider(false, event.getEnvironment());
		examples.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
		examples.findCandidateComponents(getClass().getPackageName())
			.forEach((arguments) -> check(binder, (AnnotatedBeanDefinition) arguments));
	}

	private static void check(Binder binder, AnnotatedBeanDefinition arguments) {
		String type = arguments.getMetadata().getClassName();
		String prefix = arguments.getMetadata()
			.getAnnotations()
			.get(ConfigurationProperties.class)
			.getString(MergedAnnotation.VALUE);
		try {
			binder.bind(prefix, ClassUtils.resolveClassName(type, null));
		}
		catch (BindException ex) {
			ConfigurationProperty property = ex.getProperty();
			String which = (property != null) ? property.getName() + "=" + property.getValue() + ": " : "";
			throw new UsageException(which + reason(ex));
		}
	}

	// What the converter or the record says, without what Spring says of that.
	private static String reason(BindException failure) {
		Throwable reason = failure;
		while (reason.getCause() != null && !(reason instanceof IllegalArgumentException)) {
			reason = reason.getCause();
		}
		return String.valueOf(reason.getMessage());
	}

}
