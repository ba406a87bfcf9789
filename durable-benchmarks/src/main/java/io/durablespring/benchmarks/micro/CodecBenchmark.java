package io.durablespring.benchmarks.micro;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

import io.durablespring.Payload;
import io.durablespring.history.HistoryCodec;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.TaskScheduled;
import io.durablespring.history.PayloadCodec;
import io.durablespring.json.JacksonPayloadCodec;
import io.durablespring.json.JacksonRecordFormat;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to write and read a row of history and a value of the application.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class CodecBenchmark {

	private final PayloadCodec payloads = new JacksonPayloadCodec(JacksonPayloadCodec.mapperBuilder().build());

	private final HistoryCodec codec = new HistoryCodec(new JacksonRecordFormat());

	private final Order order = new Order("Ada", "Books", 3, 19.95);

	private final @Nullable Payload payload = this.payloads.write(this.order);

	private final HistoryEvent event = new TaskScheduled(Instant.parse("2026-01-01T00:00:00.123456Z"), 7, "charge",
			null, this.payload, null);

	private final String json = this.codec.write(this.event);

	private final String name = HistoryCodec.nameOf(TaskScheduled.class);

	/**
	 * An event becomes a row.
	 * @return its JSON
	 */
	@Benchmark
	public String writeEvent() {
		return this.codec.write(this.event);
	}

	/**
	 * A row becomes an event.
	 * @return the event
	 */
	@Benchmark
	public HistoryEvent readEvent() {
		return this.codec.read(this.name, this.json);
	}

	/**
	 * An object of the application becomes JSON.
	 * @return the JSON
	 */
	@Benchmark
	public @Nullable Payload writeValue() {
		return this.payloads.write(this.order);
	}

	/**
	 * JSON becomes an object of the application.
	 * @return the object
	 */
	@Benchmark
	public @Nullable Object readValue() {
		return (this.payload != null) ? this.payloads.read(this.payload, Order.class) : null;
	}

	/**
	 * An object of the application.
	 *
	 * @param customer who
	 * @param article what
	 * @param count how many
	 * @param price for how much
	 */
	public record Order(String customer, String article, int count, double price) {
	}

}
