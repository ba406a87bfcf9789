package io.durablespring.benchmarks;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.durablespring.Payload;
import io.durablespring.history.HistoryCodec;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.ExecutionCompleted;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.HistoryEvent.OrchestratorStarted;
import io.durablespring.history.HistoryEvent.TaskCompleted;
import io.durablespring.history.HistoryEvent.TaskScheduled;
import io.durablespring.json.JacksonRecordFormat;
import org.jspecify.annotations.Nullable;

/**
 * How the events of a step could be stored: the values of one column, one for each row.
 */
enum HistoryForm {

	/** A row for each event, as durable-spring has it. */
	EVENT_JSON("text", true) {
		@Override
		List<Object> rows(List<HistoryEvent> step) {
			return step.stream().<Object>map(HistoryForm::json).toList();
		}

		@Override
		List<HistoryEvent> events(Object row) {
			return List.of(event((String) row));
		}
	},

	/** A row for each step, with a line for each event. */
	STEP_JSON("text", false) {
		@Override
		List<Object> rows(List<HistoryEvent> step) {
			return List.of(String.join("\n", step.stream().map(HistoryForm::json).toList()));
		}

		@Override
		List<HistoryEvent> events(Object row) {
			return Arrays.stream(((String) row).split("\n")).map(HistoryForm::event).toList();
		}
	},

	/** A row for each event, in as few bytes as can be. */
	EVENT_BINARY("bytea", true) {
		@Override
		List<Object> rows(List<HistoryEvent> step) {
			return step.stream().<Object>map((event) -> bytes(List.of(event))).toList();
		}

		@Override
		List<HistoryEvent> events(Object row) {
			return decoded((byte[]) row);
		}
	},

	/** A row for each step, in as few bytes as can be. */
	STEP_BINARY("bytea", false) {
		@Override
		List<Object> rows(List<HistoryEvent> step) {
			return List.of(bytes(step));
		}

		@Override
		List<HistoryEvent> events(Object row) {
			return decoded((byte[]) row);
		}
	};

	private static final HistoryCodec CODEC = new HistoryCodec(new JacksonRecordFormat());

	private final String type;

	private final boolean eachEvent;

	HistoryForm(String type, boolean eachEvent) {
		this.type = type;
		this.eachEvent = eachEvent;
	}

	/** Whether each event has a row, with columns to ask for. */
	boolean eachEvent() {
		return this.eachEvent;
	}

	/** The SQL type of the column. */
	String type() {
		return this.type;
	}

	/** What the JDBC driver takes as an array of such a column. */
	Object[] array(List<Object> rows) {
		return "bytea".equals(this.type) ? rows.toArray(byte[][]::new) : rows.toArray();
	}

	abstract List<Object> rows(List<HistoryEvent> step);

	abstract List<HistoryEvent> events(Object row);

	private static String json(HistoryEvent event) {
		return HistoryCodec.nameOf(event.getClass()) + ' ' + CODEC.write(event);
	}

	private static HistoryEvent event(String line) {
		int space = line.indexOf(' ');
		return CODEC.read(line.substring(0, space), line.substring(space + 1));
	}

	// Knows only what the program of this workload has.
	private static byte[] bytes(List<HistoryEvent> events) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
		try (DataOutputStream out = new DataOutputStream(bytes)) {
			for (HistoryEvent event : events) {
				write(event, out);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return bytes.toByteArray();
	}

	private static void write(HistoryEvent event, DataOutputStream out) throws IOException {
		Instant time = event.timestamp();
		long micros = time.getEpochSecond() * 1_000_000 + time.getNano() / 1000;
		if (event instanceof TaskScheduled call) {
			head(out, 1, micros);
			out.writeInt(call.taskId());
			out.writeUTF(call.name());
			payload(call.input(), out);
		}
		else if (event instanceof TaskCompleted completed) {
			head(out, 2, micros);
			out.writeInt(completed.taskId());
			payload(completed.result(), out);
		}
		else if (event instanceof ExecutionStarted started) {
			head(out, 3, micros);
			out.writeUTF(started.name());
			payload(started.input(), out);
		}
		else if (event instanceof ExecutionCompleted completed) {
			head(out, 4, micros);
			payload(completed.result(), out);
		}
		else {
			head(out, 0, micros);
		}
	}

	private static void head(DataOutputStream out, int type, long micros) throws IOException {
		out.writeByte(type);
		out.writeLong(micros);
	}

	private static void payload(@Nullable Payload payload, DataOutputStream out) throws IOException {
		out.writeUTF((payload != null) ? payload.json() : "");
	}

	private static @Nullable Payload payload(DataInputStream in) throws IOException {
		String json = in.readUTF();
		return json.isEmpty() ? null : Payload.of(json);
	}

	private static List<HistoryEvent> decoded(byte[] bytes) {
		List<HistoryEvent> events = new ArrayList<>();
		try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
			for (int type = in.read(); type >= 0; type = in.read()) {
				long micros = in.readLong();
				Instant time = Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1000);
				events.add(switch (type) {
					case 0 -> new OrchestratorStarted(time);
					case 1 -> new TaskScheduled(time, in.readInt(), in.readUTF(), null, payload(in), null);
					case 2 -> new TaskCompleted(time, in.readInt(), payload(in));
					case 3 -> new ExecutionStarted(time, in.readUTF(), null, payload(in), Map.of(), null);
					default -> new ExecutionCompleted(time, payload(in));
				});
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return events;
	}

}
