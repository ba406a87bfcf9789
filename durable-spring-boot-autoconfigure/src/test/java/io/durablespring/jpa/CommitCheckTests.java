package io.durablespring.jpa;

import java.nio.file.Path;

import javax.sql.DataSource;

import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which databases answer commits too early.
 */
class CommitCheckTests {

	@TempDir
	private Path directory;

	@Test
	void aFileOfH2DelaysCommitsUnlessToldOtherwise() {
		assertThat(CommitCheck.delaysCommits(h2("jdbc:h2:file:" + this.directory.resolve("default")))).isTrue();
		assertThat(
				CommitCheck.delaysCommits(h2("jdbc:h2:file:" + this.directory.resolve("durable") + ";WRITE_DELAY=0")))
			.isFalse();
	}

	@Test
	void aDatabaseInMemoryHasNothingToLose() {
		assertThat(CommitCheck.delaysCommits(h2("jdbc:h2:mem:commit-check"))).isFalse();
	}

	@Test
	void anotherDatabaseIsNotAsked() {
		assertThat(CommitCheck.delaysCommits(TestDatabase.postgresql().dataSource())).isFalse();
	}

	private static DataSource h2(String url) {
		JdbcDataSource dataSource = new JdbcDataSource();
		dataSource.setUrl(url);
		return dataSource;
	}

}
