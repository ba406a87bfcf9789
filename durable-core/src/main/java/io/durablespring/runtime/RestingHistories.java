package io.durablespring.runtime;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.durablespring.history.EventWeight;
import io.durablespring.history.HistoryEvent;
import io.durablespring.spi.InstanceHead;
import org.jspecify.annotations.Nullable;

/**
 * Short histories of executions that do not park: the next step replays one without
 * reading it. As good as a parked execution, and for the same reason: who commits a step
 * checks that the instance is still what it was.
 * <p>
 * Thousands of instances under way take their turns one after the other, so what has
 * rested longest is what is needed next. If there is no room most newcomers are turned
 * away, and only some take the place of the oldest, so that what nobody needs any more
 * leaves in the end. Not thread-safe.
 */
final class RestingHistories {

	private static final long MOST = 64 * 1024 * 1024;

	/** Of a heap that is small, others want their share. */
	private static final long SHARE = 16;

	private static final int NEWCOMERS = 8;

	private final long limit;

	private final Map<String, Resting> resting = new LinkedHashMap<>();

	private long weight;

	private int newcomers;

	/**
	 * Creates a place to rest.
	 * @param limit how much it holds, in bytes as {@link EventWeight} counts them
	 */
	RestingHistories(long limit) {
		this.limit = limit;
	}

	static RestingHistories ofHeap() {
		return new RestingHistories(Math.min(MOST, Runtime.getRuntime().maxMemory() / SHARE));
	}

	void put(InstanceHead head, List<HistoryEvent> events) {
		take(head.id());
		Resting added = new Resting(head, events, events.stream().mapToLong(EventWeight::of).sum());
		if (!fits(added) && ++this.newcomers % NEWCOMERS == 0) {
			makeRoomFor(added);
		}
		if (fits(added)) {
			this.weight += added.weight();
			this.resting.put(head.id(), added);
		}
	}

	private boolean fits(Resting added) {
		return this.weight + added.weight() <= this.limit;
	}

	private void makeRoomFor(Resting added) {
		Iterator<Resting> oldest = this.resting.values().iterator();
		while (!fits(added) && oldest.hasNext()) {
			this.weight -= oldest.next().weight();
			oldest.remove();
		}
	}

	@Nullable Resting take(String instanceId) {
		Resting taken = this.resting.remove(instanceId);
		if (taken != null) {
			this.weight -= taken.weight();
		}
		return taken;
	}

	void clear() {
		this.resting.clear();
		this.weight = 0;
	}

	/**
	 * A history with the stored state that it belongs to.
	 *
	 * @param head the instance as it was stored last
	 * @param events all events of its execution
	 * @param weight what they weigh
	 */
	record Resting(InstanceHead head, List<HistoryEvent> events, long weight) {
	}

}
