package io.durablespring.example.backup;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.durablespring.history.HistoryCodec;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.TaskCompleted;
import io.durablespring.history.HistoryEvent.TaskScheduled;
import io.durablespring.json.JacksonRecordFormat;
import tools.jackson.databind.json.JsonMapper;

/**
 * A backup's history as the database has it, read while no application runs.
 *
 * @param events the events, in order
 */
record StoredHistory(List<HistoryEvent> events) {

	static StoredHistory read(String url, String instanceId) throws SQLException {
		HistoryCodec codec = new HistoryCodec(new JacksonRecordFormat());
		List<HistoryEvent> events = new ArrayList<>();
		try (Connection connection = DriverManager.getConnection(url, "sa", "");
				PreparedStatement query = connection.prepareStatement("select event_type, payload from durable_history"
						+ " where instance_id = ? order by sequence_number")) {
			query.setString(1, instanceId);
			ResultSet rows = query.executeQuery();
			while (rows.next()) {
				events.add(codec.read(rows.getString(1), rows.getString(2)));
			}
		}
		return new StoredHistory(events);
	}

	<T extends HistoryEvent> List<T> events(Class<T> type) {
		return this.events.stream().filter(type::isInstance).map(type::cast).toList();
	}

	/**
	 * The files whose copies are recorded as completed.
	 * @return the files, one for each completion
	 */
	List<String> copied() {
		JsonMapper json = new JsonMapper();
		Map<Integer, String> files = events(TaskScheduled.class).stream()
			.filter((task) -> task.name().equals("CopyFile"))
			.collect(Collectors.toMap(TaskScheduled::taskId,
					(task) -> json.readValue(task.input().json(), FileCopy.class).file()));
		return events(TaskCompleted.class).stream()
			.filter((completed) -> files.containsKey(completed.taskId()))
			.map((completed) -> files.get(completed.taskId()))
			.toList();
	}

}
