package io.durablespring.autoconfigure;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The threads of orchestrators and activities. Not an {@link Executor} bean, because one
 * would make Spring Boot's own task executor back off.
 *
 * @param executor runs each task on a thread of its own, without a limit
 */
public record DurableThreads(Executor executor) implements AutoCloseable {

	static DurableThreads virtual() {
		return new DurableThreads(new VirtualThreadTaskExecutor("durable-"));
	}

	static DurableThreads platform() {
		CustomizableThreadFactory threads = new CustomizableThreadFactory("durable-");
		threads.setDaemon(true);
		return new DurableThreads(Executors.newCachedThreadPool(threads));
	}

	/**
	 * Takes no more tasks; those that run go on.
	 */
	@Override
	public void close() {
		if (this.executor instanceof ExecutorService service) {
			service.shutdown();
		}
	}

}
