package io.durablespring.example.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Writes down every run of the copy activity, and slows it down. Active in processes that
 * a test starts with {@code --test.journal=FILE}; the application itself knows nothing of
 * it.
 */
@Component
@ConditionalOnProperty("test.journal")
class CopyJournal implements BeanPostProcessor, MethodInterceptor {

	private final Path file;

	private final long delay;

	CopyJournal(Environment environment) {
		this.file = Path.of(environment.getRequiredProperty("test.journal"));
		this.delay = environment.getProperty("test.copy-delay", Long.class, 0L);
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (!(bean instanceof SiteFiles)) {
			return bean;
		}
		ProxyFactory factory = new ProxyFactory(bean);
		factory.setProxyTargetClass(true);
		factory.addAdvice(this);
		return factory.getProxy(bean.getClass().getClassLoader());
	}

	@Override
	public Object invoke(MethodInvocation invocation) throws Throwable {
		if (!invocation.getMethod().getName().equals("copy")) {
			return invocation.proceed();
		}
		String copied = ((FileCopy) invocation.getArguments()[0]).file();
		write("start " + copied);
		// The one sleep: it stands for a slow disk, and no test waits for it.
		Thread.sleep(this.delay);
		Object result = invocation.proceed();
		write("end " + copied);
		return result;
	}

	private synchronized void write(String line) throws IOException {
		Files.writeString(this.file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
	}

	/**
	 * The files of which a journal says something.
	 * @param journal the journal
	 * @param event {@code start} or {@code end}
	 * @return the files, in order, repeated if they were copied again
	 */
	static List<String> read(Path journal, String event) {
		try {
			return Files.exists(journal) ? Files.readAllLines(journal)
				.stream()
				.filter((line) -> line.startsWith(event + " "))
				.map((line) -> line.substring(event.length() + 1))
				.toList() : List.of();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
