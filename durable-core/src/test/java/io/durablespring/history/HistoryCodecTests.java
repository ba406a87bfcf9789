package io.durablespring.history;

import java.lang.reflect.Field;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.durablespring.HistoryEntry;
import io.durablespring.ParentInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The table of stored names. Walks the sealed types, so that a new record cannot be
 * forgotten.
 */
class HistoryCodecTests {

	/** What is stored somewhere. A name may be added here, never changed or removed. */
	private static final Set<String> STORED_NAMES = Set.of("OrchestratorStarted", "ExecutionStarted", "TaskScheduled",
			"TaskCompleted", "TaskFailed", "TimerCreated", "TimerFired", "TimerCanceled", "ExecutionCompleted",
			"ExecutionFailed", "ExecutionTerminated", "ExecutionSuspended", "ExecutionResumed",
			"SubOrchestrationInstanceCreated", "SubOrchestrationInstanceCompleted", "SubOrchestrationInstanceFailed",
			"OrchestrationStartRequested", "EventSent", "EventRaised", "PatchMarked", "ExecutionRewound");

	private final RequestedTypes format = new RequestedTypes();

	private final HistoryCodec codec = new HistoryCodec(this.format);

	@ParameterizedTest
	@MethodSource("eventTypes")
	void everyEventIsReadByItsName(Class<? extends HistoryEvent> type) {
		this.codec.read(HistoryCodec.nameOf(type), "{}");
		assertThat(this.format.types).containsOnlyKeys("{}").containsValue(type);
	}

	@ParameterizedTest
	@MethodSource("eventTypes")
	void everyEventIsARecord(Class<? extends HistoryEvent> type) {
		assertThat(type).isRecord();
	}

	@Test
	void namesAreUnique() {
		List<String> names = eventTypes().<String>map(HistoryCodec::nameOf).toList();
		assertThat(names).doesNotHaveDuplicates().isNotEmpty();
	}

	@Test
	void storedNamesStayTheSame() {
		assertThat(eventTypes().map(HistoryCodec::nameOf).collect(Collectors.toSet()))
			.as("a new event gets a line in STORED_NAMES; the others stay for ever")
			.isEqualTo(STORED_NAMES);
	}

	@Test
	void everyTypeOfEntriesHasAConstant() throws IllegalAccessException {
		Set<String> constants = new HashSet<>();
		for (Field field : HistoryEntry.class.getFields()) {
			constants.add((String) field.get(null));
		}
		assertThat(constants).isEqualTo(STORED_NAMES);
	}

	@Test
	void entriesTellWhatOnlyAStartKnows() {
		ParentInstance parent = new ParentInstance("p", "px", 3);
		HistoryEntry started = new HistoryEvent.ExecutionStarted(Instant.EPOCH, "order", "1.2", null,
				Map.of("team", "red"), parent)
			.entry(1);
		assertThat(started.version()).isEqualTo("1.2");
		assertThat(started.tags()).isEqualTo(Map.of("team", "red"));
		assertThat(started.parent()).isEqualTo(parent);
		assertThat(new HistoryEvent.TaskScheduled(Instant.EPOCH, 0, "a", "slow", null, null).entry(2).queue())
			.isEqualTo("slow");
		assertThat(new HistoryEvent.ExecutionTerminated(Instant.EPOCH, null, true).entry(3).recursive()).isTrue();
	}

	@Test
	void anUnknownNameIsExplained() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.codec.read("Unheard", "{}"))
			.withMessageContaining("'Unheard'")
			.withMessageContaining("newer version");
	}

	static Stream<Class<? extends HistoryEvent>> eventTypes() {
		return leaves(HistoryEvent.class)
			.<Class<? extends HistoryEvent>>map((type) -> type.asSubclass(HistoryEvent.class))
			.distinct();
	}

	private static Stream<Class<?>> leaves(Class<?> type) {
		return type.isSealed() ? Stream.of(type.getPermittedSubclasses()).flatMap(HistoryCodecTests::leaves)
				: Stream.of(type);
	}

	/** Notes which type it was asked for. */
	private static final class RequestedTypes implements HistoryCodec.Format {

		private final Map<String, Class<?>> types = new HashMap<>();

		@Override
		public String write(Object value) {
			throw new UnsupportedOperationException();
		}

		@Override
		public <T> T read(String json, Class<T> type) {
			this.types.put(json, type);
			return null;
		}

	}

}
