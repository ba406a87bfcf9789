package io.durablespring.faults;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.durablespring.faults.HistoryCheck.Event;

/**
 * Reads, when all is over, the tables of a hub and what its activities have left behind,
 * and tells everything that is lost, double or wrong. Shares no code with the engine:
 * plain JDBC, and no JSON but what regular expressions find.
 */
final class Checker {

	private static final Pattern LARGE = Pattern.compile("\\{\"\\$durablePayload\":\"([^\"]+)\"}");

	private final Connection connection;

	private final String hub;

	private final List<String> violations = new ArrayList<>();

	private final Expectation expected = new Expectation();

	Checker(Connection connection, String hub) {
		this.connection = connection;
		this.hub = hub;
	}

	/**
	 * Everything that is wrong.
	 * @return a line each; none if nothing is
	 */
	List<String> check() throws SQLException {
		expect();
		checkInstances();
		checkHistories();
		checkBookings();
		checkLetters();
		none("select id, due_at from durable_outbox where hub = ?", "is still in the outbox");
		none("select distinct instance_id, execution_id from durable_history h where hub = ? and not exists ("
				+ "select 1 from durable_instance i where i.hub = h.hub and i.id = h.instance_id"
				+ " and i.execution_id = h.execution_id)", "has a history and is no execution");
		return this.violations;
	}

	private void expect() throws SQLException {
		Map<String, List<Integer>> signals = new HashMap<>();
		each("select order_id, number, taken from workload_signal", (row) -> {
			signals.computeIfAbsent(row.getString(1), (id) -> new ArrayList<>()).add(row.getInt(2));
			expect(row.getBoolean(3), "A signal of %s was not raised", row.getString(1));
		});
		each("select kind, id, size, number, taken from workload_order", (row) -> {
			String id = row.getString(2);
			expect(row.getBoolean(5), "Order %s was not taken", id);
			this.expected.add(row.getString(1), id, row.getInt(3), row.getInt(4), signals.getOrDefault(id, List.of()));
		});
	}

	private void checkInstances() throws SQLException {
		Set<String> missing = new HashSet<>(this.expected.outputs.keySet());
		missing.addAll(this.expected.terminated);
		each("select id, status, output, completed_at from durable_instance where hub = ?", (row) -> {
			String id = row.getString(1);
			if (!missing.remove(id) && !this.expected.perhapsTerminated.contains(id)) {
				this.violations.add("Instance " + id + " belongs to no order");
				return;
			}
			String wanted = this.expected.outputs.get(id);
			expect(row.getString(2).equals((wanted != null) ? "COMPLETED" : "TERMINATED"), "Instance %s is %s", id,
					row.getString(2));
			expect(row.getObject(4) != null, "Instance %s has no time of its end", id);
			String output = resolved(row.getString(3));
			expect(Objects.equals(wanted, output), "Instance %s has the output %s, not %s", id, brief(output),
					brief(wanted));
		}, this.hub);
		missing.forEach((id) -> this.violations.add("Instance " + id + " is lost"));
	}

	private String resolved(String output) throws SQLException {
		Matcher large = LARGE.matcher((output != null) ? output : "");
		if (!large.matches()) {
			return output;
		}
		List<String> contents = new ArrayList<>();
		each("select content from durable_payload where hub = ? and id = ?", (row) -> contents.add(row.getString(1)),
				this.hub, large.group(1));
		return contents.isEmpty() ? "nothing: its large value is lost" : contents.get(0);
	}

	private void checkHistories() throws SQLException {
		Map<String, List<Event>> histories = new HashMap<>();
		each("""
				select h.instance_id, h.sequence_number, h.event_type, h.event_time, h.task_id, h.payload
				from durable_history h join durable_instance i
				on i.hub = h.hub and i.id = h.instance_id and i.execution_id = h.execution_id
				where h.hub = ? order by h.instance_id, h.sequence_number""",
				(row) -> histories.computeIfAbsent(row.getString(1), (id) -> new ArrayList<>())
					.add(new Event(row.getInt(2), row.getString(3), row.getObject(4, OffsetDateTime.class).toInstant(),
							row.getObject(5, Integer.class), row.getString(6))),
				this.hub);
		histories.forEach((id, events) -> {
			boolean completed = this.expected.outputs.containsKey(id);
			new HistoryCheck(id, completed, this.violations::add).check(events);
			List<String> types = events.stream().map(Event::type).toList();
			this.expected.events.getOrDefault(id, List.of())
				.forEach((type) -> expect(types.contains(type), "History of %s has no %s", id, type));
		});
		Stream.concat(this.expected.outputs.keySet().stream(), this.expected.terminated.stream())
			.filter((id) -> !histories.containsKey(id))
			.forEach((id) -> this.violations.add("History of " + id + " is lost"));
	}

	private void checkBookings() throws SQLException {
		Set<String> missing = new HashSet<>(this.expected.bookings);
		each("select step, count(*) from workload_booking group by step", (row) -> {
			String step = row.getString(1);
			expect(missing.remove(step) || this.expected.perhapsBooked.contains(step),
					"Step %s was booked and ought not to be", step);
			expect(row.getInt(2) == 1, "Step %s was booked %d times", step, row.getInt(2));
		});
		missing.forEach((step) -> this.violations.add("Step " + step + " was not booked"));
	}

	private void checkLetters() throws SQLException {
		Set<String> missing = new HashSet<>(this.expected.letters);
		each("select distinct step from workload_letter", (row) -> {
			missing.remove(row.getString(1));
			expect(this.expected.letters.contains(row.getString(1)), "Step %s was posted and ought not to be",
					row.getString(1));
		});
		missing.forEach((step) -> this.violations.add("Step " + step + " was not posted"));
	}

	private void none(String query, String problem) throws SQLException {
		each(query, (row) -> this.violations.add("%s (%s) %s".formatted(row.getString(1), row.getString(2), problem)),
				this.hub);
	}

	private void expect(boolean holds, String problem, Object... arguments) {
		if (!holds) {
			this.violations.add(problem.formatted(arguments));
		}
	}

	private static String brief(String text) {
		return (text == null || text.length() <= 60) ? text : text.substring(0, 60) + "...";
	}

	private void each(String query, RowReader reader, String... parameters) throws SQLException {
		try (PreparedStatement statement = this.connection.prepareStatement(query)) {
			for (int i = 0; i < parameters.length; i++) {
				statement.setString(i + 1, parameters[i]);
			}
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					reader.read(row);
				}
			}
		}
	}

	private interface RowReader {

		void read(ResultSet row) throws SQLException;

	}

}
