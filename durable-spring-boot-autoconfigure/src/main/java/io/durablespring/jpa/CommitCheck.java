package io.durablespring.jpa;

import java.sql.DatabaseMetaData;
import java.util.List;

import javax.sql.DataSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;

/**
 * Warns at start of a database that answers a commit before it is on disk: what it loses
 * in a crash has been acknowledged to the broker. H2 does so for its files unless told
 * otherwise (https://h2database.com/html/advanced.html#durability_problems).
 */
public final class CommitCheck {

	private static final Logger logger = LoggerFactory.getLogger(CommitCheck.class);

	private static final String WRITE_DELAY = "SELECT SETTING_VALUE FROM INFORMATION_SCHEMA.SETTINGS "
			+ "WHERE SETTING_NAME = 'WRITE_DELAY'";

	private CommitCheck() {
	}

	/**
	 * Logs a warning if commits of the database are not durable.
	 * @param dataSource the database
	 */
	public static void warn(DataSource dataSource) {
		if (delaysCommits(dataSource)) {
			logger.warn("H2 writes commits to its file only some time after it has answered them, so a crash loses "
					+ "orchestrations: add ;WRITE_DELAY=0 to the JDBC URL");
		}
	}

	static boolean delaysCommits(DataSource dataSource) {
		try {
			String product = JdbcUtils.extractDatabaseMetaData(dataSource, DatabaseMetaData::getDatabaseProductName);
			String url = JdbcUtils.extractDatabaseMetaData(dataSource, DatabaseMetaData::getURL);
			if (!"H2".equals(product) || url.startsWith("jdbc:h2:mem:")) {
				return false;
			}
		}
		catch (MetaDataAccessException ex) {
			throw new IllegalStateException("Cannot tell which database this is: " + ex.getMessage(), ex);
		}
		List<String> delays = new JdbcTemplate(dataSource).queryForList(WRITE_DELAY, String.class);
		// Listed once by itself and, if it is in the URL, once more as given there.
		return !delays.stream().allMatch("0"::equals);
	}

}
