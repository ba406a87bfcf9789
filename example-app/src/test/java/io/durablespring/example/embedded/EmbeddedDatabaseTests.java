package io.durablespring.example.embedded;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the database of {@link EmbeddedConfiguration}.
 */
class EmbeddedDatabaseTests {

	@TempDir
	Path temp;

	@Test
	void whatIsCommittedIsInTheFileAtOnce() throws Exception {
		try (DataDirectory directory = new DataDirectory(this.temp)) {
			JdbcConnectionDetails details = new EmbeddedConfiguration().embeddedJdbcConnectionDetails(directory);
			try (Connection connection = DriverManager.getConnection(details.getJdbcUrl(), details.getUsername(),
					details.getPassword()); Statement statement = connection.createStatement()) {
				statement.execute("create table sample (id int primary key)");
				connection.setAutoCommit(false);
				for (int row = 1; row <= 20; row++) {
					statement.execute("insert into sample values (" + row + ")");
					connection.commit();
					assertThat(rowsInACopyOfTheFile(row)).isEqualTo(row);
				}
			}
		}
	}

	// What a process would find that is started after this one has been killed just now.
	private int rowsInACopyOfTheFile(int copy) throws Exception {
		Path file = this.temp.resolve("copy-" + copy);
		Files.copy(this.temp.resolve("h2/durable.mv.db"), Path.of(file + ".mv.db"));
		return rows("jdbc:h2:file:" + file + ";IFEXISTS=TRUE");
	}

	private static int rows(String url) throws SQLException {
		try (Connection connection = DriverManager.getConnection(url, "sa", "");
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery("select count(*) from sample")) {
			result.next();
			return result.getInt(1);
		}
	}

}
