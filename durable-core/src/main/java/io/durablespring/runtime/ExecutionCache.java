package io.durablespring.runtime;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.durablespring.engine.Execution;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.spi.InstanceHead;
import org.jspecify.annotations.Nullable;

/**
 * Parked executions, the least recently used going first, and the histories of those that
 * do not park. Whoever takes one owns it until it is put back, so that no execution is
 * used by two threads. Thread-safe.
 */
final class ExecutionCache {

	private final int limit;

	private final Map<String, Parked> parked = new LinkedHashMap<>();

	/** Guarded by what is parked. */
	private final RestingHistories resting;

	ExecutionCache(int limit, RestingHistories resting) {
		this.limit = limit;
		this.resting = resting;
	}

	@Nullable Parked take(String instanceId) {
		synchronized (this.parked) {
			return this.parked.remove(instanceId);
		}
	}

	/** What there is of an execution that is not parked any more. */
	RestingHistories.@Nullable Resting takeResting(String instanceId) {
		synchronized (this.parked) {
			return this.resting.take(instanceId);
		}
	}

	void put(Parked execution) {
		List<Parked> evicted = new ArrayList<>(1);
		synchronized (this.parked) {
			String id = execution.head().id();
			this.resting.take(id);
			Parked before = this.parked.remove(id);
			if (before != null) {
				evicted.add(before);
			}
			if (execution.execution().parks()) {
				this.parked.put(id, execution);
			}
			else {
				rest(execution);
				evicted.add(execution);
			}
			while (this.parked.size() > this.limit) {
				evicted.add(this.parked.remove(this.parked.keySet().iterator().next()));
			}
		}
		evicted.forEach(Parked::close);
	}

	/** Without parked executions, every step is to replay what is stored. */
	private void rest(Parked execution) {
		List<HistoryEvent> history = execution.execution().shortHistory();
		if (history != null && this.limit > 0) {
			this.resting.put(execution.head(), history);
		}
	}

	int size() {
		synchronized (this.parked) {
			return this.parked.size();
		}
	}

	void clear() {
		List<Parked> all;
		synchronized (this.parked) {
			all = List.copyOf(this.parked.values());
			this.parked.clear();
			this.resting.clear();
		}
		all.forEach(Parked::close);
	}

	/**
	 * An execution with the stored state that it matches.
	 *
	 * @param head the instance as it was stored last
	 * @param execution the execution
	 */
	record Parked(InstanceHead head, Execution execution) implements AutoCloseable {

		/** Whether a message is for this execution or for whichever is current. */
		boolean concerns(Message.ToOrchestration message) {
			return message.concerns(this.head.executionId());
		}

		@Override
		public void close() {
			this.execution.close();
		}

	}

}
