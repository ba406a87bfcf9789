package io.durablespring.example.backup;

import java.util.List;

import io.durablespring.DurableClient;
import io.durablespring.HistoryEntry;
import io.durablespring.Payload;
import io.durablespring.TypeRef;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Tells how far a backup has come. What is done is counted in the history table, which
 * applications may query, because fetching a long history over and over would be slow.
 */
@Component
class BackupProgress {

	private final DurableClient client;

	private final JdbcClient database;

	private final String hub;

	private @Nullable Integer total;

	private @Nullable String printed;

	BackupProgress(DurableClient client, JdbcClient database, @Value("${durable.task-hub}") String hub) {
		this.client = client;
		this.database = database;
		this.hub = hub;
	}

	/**
	 * Prints a line if there is news.
	 * @param instanceId the backup's instance id
	 */
	void print(String instanceId) {
		String line = describe(instanceId);
		if (!line.equals(this.printed)) {
			System.out.println(line);
			this.printed = line;
		}
	}

	private String describe(String instanceId) {
		int completed = this.database.sql("""
				select count(*) from durable_history
				where hub = :hub and instance_id = :id and event_type = 'TaskCompleted'
				""").param("hub", this.hub).param("id", instanceId).query(Integer.class).single();
		if (completed == 0) {
			return "Listing files ...";
		}
		Integer files = this.total;
		if (files == null) {
			files = countFiles(instanceId);
			this.total = files;
		}
		// The listing is one task more, and the sweep at the end another.
		int copied = Math.min(completed - 1, files);
		return "%d of %d files copied".formatted(copied, files);
	}

	private int countFiles(String instanceId) {
		// The first task lists the files.
		HistoryEntry listing = this.client.history(instanceId)
			.stream()
			.filter((entry) -> entry.type().equals("TaskCompleted"))
			.findFirst()
			.orElseThrow();
		Payload result = listing.payload();
		List<String> files = (result != null) ? result.as(new TypeRef<List<String>>() {
		}) : null;
		return (files != null) ? files.size() : 0;
	}

}
