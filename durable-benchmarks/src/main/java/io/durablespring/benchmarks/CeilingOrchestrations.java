package io.durablespring.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Steps instances: all of a batch in one transaction, messages after that.
 */
final class CeilingOrchestrations implements CeilingLoop.Work {

	private final Map<String, CeilingInstance> instances = new HashMap<>();

	private final CeilingTables tables;

	private final BiConsumer<String, String> ended;

	CeilingOrchestrations(CeilingTables tables, BiConsumer<String, String> ended) {
		this.tables = tables;
		this.ended = ended;
	}

	@Override
	public List<CeilingMessage> on(List<CeilingMessage> messages) throws Exception {
		List<CeilingMessage> calls = new ArrayList<>(messages.size());
		List<CeilingEvent> history = new ArrayList<>(messages.size() * 2);
		Map<String, CeilingInstance> changed = new LinkedHashMap<>();
		for (CeilingMessage message : messages) {
			CeilingInstance instance = (message.type() == CeilingMessage.START)
					? this.instances.computeIfAbsent(message.id(), (id) -> new CeilingInstance(message))
					: this.instances.get(message.id());
			if (instance != null && instance.take(message, calls, history)) {
				changed.put(message.id(), instance);
			}
		}
		this.tables.step(changed, history);
		changed.forEach((id, instance) -> {
			if (instance.output() != null) {
				this.instances.remove(id);
				this.ended.accept(id, instance.output());
			}
		});
		return calls;
	}

}
