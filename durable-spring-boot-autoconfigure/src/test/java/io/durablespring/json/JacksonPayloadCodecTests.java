package io.durablespring.json;

import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.durablespring.Payload;
import io.durablespring.PayloadException;
import io.durablespring.TypeRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link JacksonPayloadCodec}.
 */
class JacksonPayloadCodecTests {

	private final JacksonPayloadCodec codec = new JacksonPayloadCodec(JacksonPayloadCodec.mapperBuilder().build());

	@Test
	void recordsWithTimesAndOptionalsSurviveARoundTrip() {
		Order order = new Order(7, new BigDecimal("12.50"), Instant.parse("2026-11-20T10:15:30.123456789Z"),
				LocalDate.of(2026, 11, 20), Duration.ofMillis(1500), Optional.of("gift"), Optional.empty(),
				List.of(new Line("a", 1)), Kind.EXPRESS, UUID.fromString("9e952958-5e33-4daf-827f-2fa12937b875"));
		assertThat(roundTrip(order, new TypeRef<Order>() {
		})).isEqualTo(order);
		assertThat(this.codec.write(order).json()).contains("\"2026-11-20T10:15:30.123456789Z\"", "\"PT1.5S\"",
				"12.50");
	}

	@Test
	void zonesAreKept() {
		ZonedDateTime time = ZonedDateTime.parse("2026-11-20T10:15:30+01:00[Europe/Berlin]");
		assertThat(roundTrip(time, new TypeRef<ZonedDateTime>() {
		})).isEqualTo(time);
	}

	@Test
	void genericTypesSurviveARoundTrip() {
		Map<String, List<Optional<Line>>> value = Map.of("a", List.of(Optional.of(new Line("x", 1)), Optional.empty()));
		assertThat(roundTrip(value, new TypeRef<Map<String, List<Optional<Line>>>>() {
		})).isEqualTo(value);
		Page<Line> page = new Page<>(List.of(new Line("x", 1)));
		assertThat(roundTrip(page, new TypeRef<Page<Line>>() {
		})).isEqualTo(page);
	}

	@Test
	void theOrderOfAMapIsKept() {
		Map<String, Integer> value = new LinkedHashMap<>();
		value.put("z", 1);
		value.put("a", 2);
		assertThat(this.codec.write(value)).isEqualTo(Payload.of("{\"z\":1,\"a\":2}"));
	}

	@Test
	void oneValueAlwaysGivesTheSameText() {
		assertThat(this.codec.write(new Line("x", 1))).isEqualTo(this.codec.write(new Line("x", 1)))
			.isEqualTo(Payload.of("{\"name\":\"x\",\"count\":1}"));
	}

	@Test
	void nullIsNoPayload() {
		assertThat(this.codec.write(null)).isNull();
	}

	@Test
	void anEmptyOptionalIsNotNull() {
		assertThat(roundTrip(Optional.empty(), new TypeRef<Optional<String>>() {
		})).isEqualTo(Optional.empty());
	}

	@ParameterizedTest
	@ValueSource(classes = { void.class, Void.class })
	void nothingIsReadAsNothingWhateverTheTextIs(Class<?> type) {
		assertThat(this.codec.read(Payload.of("{\"a\":1}"), type)).isNull();
	}

	@Test
	void primitivesAreRead() {
		assertThat(this.codec.read(Payload.of("7"), int.class)).isEqualTo(7);
		assertThat(this.codec.read(Payload.of("true"), boolean.class)).isEqualTo(true);
		assertThat(this.codec.read(Payload.of("[1,2]"), int[].class)).isEqualTo(new int[] { 1, 2 });
		assertThat(this.codec.read(Payload.of("null"), Integer.class)).isNull();
	}

	@ParameterizedTest
	@ValueSource(classes = { int.class, long.class, boolean.class, double.class, char.class, byte.class })
	void nullDoesNotFitAPrimitive(Class<?> type) {
		assertThatExceptionOfType(PayloadException.class).isThrownBy(() -> this.codec.read(Payload.of("null"), type))
			.withMessageStartingWith("Cannot read JSON as " + type)
			.withMessageContaining("null")
			.withMessageEndingWith("Send a value that fits, or change the type that is read.");
	}

	@ParameterizedTest
	@ValueSource(
			classes = { int.class, Integer.class, long.class, Long.class, short.class, byte.class, BigInteger.class })
	void aFractionDoesNotFitAnInteger(Class<?> type) {
		for (String json : List.of("1.9", "-0.5", "1e-1", "1e5000")) {
			assertThatExceptionOfType(PayloadException.class).as(json)
				.isThrownBy(() -> this.codec.read(Payload.of(json), type))
				.withMessageStartingWith("Cannot read JSON as " + type.getName());
		}
	}

	@Test
	void aFractionDoesNotFitAnIntegerInside() {
		for (String json : List.of("{\"name\":\"x\",\"count\":1.5}", "{\"name\":\"x\",\"count\":\"\"}")) {
			assertThatExceptionOfType(PayloadException.class).as(json)
				.isThrownBy(() -> this.codec.read(Payload.of(json), Line.class))
				.withMessageContaining("at count");
		}
		assertThatExceptionOfType(PayloadException.class)
			.isThrownBy(() -> this.codec.read(Payload.of("[1,1.5]"), int[].class));
		assertThatExceptionOfType(PayloadException.class)
			.isThrownBy(() -> this.codec.read(Payload.of("[1,1.5]"), new TypeRef<List<Integer>>() {
			}.type()));
	}

	@Test
	void aNumberFitsAnIntegerWhereNothingIsLost() {
		assertThat(this.codec.read(Payload.of("1.0"), int.class)).isEqualTo(1);
		assertThat(this.codec.read(Payload.of("-2.00"), Long.class)).isEqualTo(-2L);
		assertThat(this.codec.read(Payload.of("1e3"), Integer.class)).isEqualTo(1000);
		assertThat(this.codec.read(Payload.of("\"7\""), Integer.class)).isEqualTo(7);
		assertThat(this.codec.read(Payload.of("{\"name\":\"x\",\"count\":3.0}"), Line.class))
			.isEqualTo(new Line("x", 3));
		assertThat(this.codec.read(Payload.of("[1.0,2]"), new TypeRef<List<Integer>>() {
		}.type())).isEqualTo(List.of(1, 2));
		assertThat(this.codec.read(Payload.of("7"), double.class)).isEqualTo(7.0);
	}

	@ParameterizedTest
	@ValueSource(classes = { Integer.class, int.class, Long.class, Double.class, Boolean.class, BigDecimal.class,
			Instant.class, LocalDate.class, Duration.class, UUID.class, Kind.class, Line.class, List.class })
	void anEmptyTextIsNoOtherValue(Class<?> type) {
		for (String json : List.of("\"\"", "\"  \"")) {
			assertThatExceptionOfType(PayloadException.class).as(json)
				.isThrownBy(() -> this.codec.read(Payload.of(json), type));
		}
	}

	@Test
	void anEmptyTextIsAText() {
		assertThat(this.codec.read(Payload.of("\"\""), String.class)).isEqualTo("");
		assertThat(roundTrip(Optional.of(""), new TypeRef<Optional<String>>() {
		})).isEqualTo(Optional.of(""));
	}

	@Test
	void aPayloadPassesThroughUntouched() {
		Payload payload = Payload.of("{ \"a\" : 1.50 }");
		assertThat(this.codec.write(payload)).isSameAs(payload);
		assertThat(this.codec.read(payload, Payload.class)).isSameAs(payload);
	}

	@Test
	void unknownPropertiesAreIgnored() {
		assertThat(this.codec.read(Payload.of("{\"name\":\"x\",\"count\":1,\"since\":\"v2\"}"), Line.class))
			.isEqualTo(new Line("x", 1));
	}

	@Test
	void longNumbersAndNamesThatCanBeWrittenCanBeRead() {
		BigInteger number = BigInteger.TEN.pow(5000);
		assertThat(roundTrip(number, new TypeRef<BigInteger>() {
		})).isEqualTo(number);
		Map<String, Integer> value = Map.of("n".repeat(100_000), 1);
		assertThat(roundTrip(value, new TypeRef<Map<String, Integer>>() {
		})).isEqualTo(value);
	}

	@Test
	void aValueThatDoesNotFitNamesTypeAndPosition() {
		assertThatExceptionOfType(PayloadException.class)
			.isThrownBy(() -> this.codec.read(Payload
				.of("{\"number\":7,\n\"lines\":[{\"name\":\"a\",\"count\":1},{\"name\":\"b\",\"count\":\"many\"}]}"),
					Order.class))
			.withMessage("Cannot read JSON as " + Order.class.getName() + " at lines[1].count (line 2, column 53): "
					+ "Cannot deserialize value of type `int` from String \"many\": not a valid `int` value. "
					+ "Send a value that fits, or change the type that is read.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{", "{\"name\":", "nope", "1 2" })
	void textThatIsNoJsonIsAPayloadException(String json) {
		assertThatExceptionOfType(PayloadException.class)
			.isThrownBy(() -> this.codec.read(Payload.of(json), Line.class))
			.withMessageStartingWith("Cannot read JSON as " + Line.class.getName());
	}

	@Test
	void aTypeThatNobodyCanCreateIsAPayloadException() {
		assertThatExceptionOfType(PayloadException.class)
			.isThrownBy(() -> this.codec.read(Payload.of("{}"), Runnable.class))
			.withMessageStartingWith("Cannot read JSON as java.lang.Runnable");
	}

	@Test
	void aValueThatCannotBeWrittenNamesTypeAndPosition() {
		assertThatExceptionOfType(PayloadException.class)
			.isThrownBy(() -> this.codec.write(new Page<>(List.of(new Broken()))))
			.withMessageStartingWith("Cannot write a " + Page.class.getName() + " as JSON at items[0].name: ")
			.withMessageContaining("no name yet")
			.withMessageEndingWith("Use a type that Jackson can write, such as a record.");
	}

	@Test
	void aValueThatContainsItselfIsAPayloadException() {
		Map<String, Object> value = new LinkedHashMap<>();
		value.put("self", value);
		assertThatExceptionOfType(PayloadException.class).isThrownBy(() -> this.codec.write(value));
	}

	@Test
	void aClassNamedInJsonIsNotCreated() {
		Object value = this.codec.read(Payload.of("[\"java.util.Date\",{\"@class\":\"java.lang.ProcessBuilder\"}]"),
				Object.class);
		assertThat(value).isEqualTo(List.of("java.util.Date", Map.of("@class", "java.lang.ProcessBuilder")));
	}

	private Object roundTrip(Object value, TypeRef<?> type) {
		return this.codec.read(this.codec.write(value), type.type());
	}

	enum Kind {

		EXPRESS

	}

	record Line(String name, int count) {
	}

	record Page<T>(List<T> items) {
	}

	record Order(int number, BigDecimal total, Instant at, LocalDate day, Duration patience, Optional<String> note,
			Optional<String> voucher, List<Line> lines, Kind kind, UUID key) {
	}

	static class Broken {

		public String getName() {
			throw new IllegalStateException("no name yet");
		}

	}

	@Test
	void elementsOfAContainerKeepWhatTheirDeclaredTypeAsksFor() {
		Type declared = new TypeRef<List<Shape>>() {
		}.type();
		List<Shape> shapes = List.of(new Circle(1), new Square(2));
		Payload payload = this.codec.write(shapes, declared);
		assertThat(this.codec.read(payload, declared)).isEqualTo(shapes);
	}

	@Test
	void theApplicationsMapperWritesPayloadsAsTheJsonTheyAre() {
		JsonMapper mapper = JsonMapper.builder().addModule(new PayloadModule()).build();
		assertThat(mapper.writeValueAsString(Map.of("output", Payload.of("{\"total\":1.50}"))))
			.isEqualTo("{\"output\":{\"total\":1.50}}");
	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	@JsonSubTypes({ @JsonSubTypes.Type(value = Circle.class, name = "circle"),
			@JsonSubTypes.Type(value = Square.class, name = "square") })
	interface Shape {

	}

	record Circle(int radius) implements Shape {
	}

	record Square(int side) implements Shape {
	}

}
