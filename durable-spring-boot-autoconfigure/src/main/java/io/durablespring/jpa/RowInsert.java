package io.durablespring.jpa;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/**
 * Inserts many rows at once: on PostgreSQL by one statement that takes an array for each
 * column, since each row of a JDBC batch is a statement of its own to it; elsewhere by a
 * JDBC batch.
 *
 * @param <R> what a row is made of
 */
final class RowInsert<R> {

	private final JdbcTemplate jdbc;

	private final Dialect dialect;

	private final String sql;

	private final List<Column<R>> columns;

	RowInsert(JdbcTemplate jdbc, Dialect dialect, String table, List<Column<R>> columns) {
		this.jdbc = jdbc;
		this.dialect = dialect;
		this.columns = columns;
		String names = columns.stream().map(Column::name).collect(Collectors.joining(", "));
		String values = dialect.takesArrays()
				? columns.stream()
					.map((column) -> "?::" + column.arrayType())
					.collect(Collectors.joining(", ", "SELECT * FROM unnest(", ")"))
				: "VALUES (" + String.join(", ", Collections.nCopies(columns.size(), "?")) + ")";
		this.sql = "INSERT INTO " + table + " (" + names + ") " + values;
	}

	/**
	 * Inserts rows in their order.
	 */
	void insert(List<R> rows) {
		if (rows.isEmpty()) {
			return;
		}
		if (this.dialect.takesArrays()) {
			this.jdbc.update(this.sql, (arrays) -> Column.setArrays(arrays, 1, this.columns, rows));
		}
		else {
			this.jdbc.batchUpdate(this.sql, rows, rows.size(),
					(values, row) -> Column.setRow(values, this.columns, row));
		}
	}

	/**
	 * Inserts rows by a part of a statement.
	 */
	void addTo(AtomicStatement statement, List<R> rows) {
		if (!rows.isEmpty()) {
			statement.part(this.sql, (arrays, from) -> Column.setArrays(arrays, from, this.columns, rows));
		}
	}

	/**
	 * Inserts rows by a part of a statement that returns one for each, and passes over
	 * those that are there.
	 * @param before a query that is made before any row is inserted
	 */
	void addUnlessPresentTo(AtomicStatement statement, List<R> rows, String before) {
		String sql = this.sql.replace("SELECT * FROM unnest(", "SELECT rows.* FROM (" + before + ") AS before, unnest(")
				+ " AS rows";
		statement.part(this.dialect.insertUnlessPresent(sql) + " RETURNING 1",
				(arrays, from) -> Column.setArrays(arrays, from, this.columns, rows));
	}

	/**
	 * Inserts rows in their order and passes over those that are there.
	 * @param key what tells a row from others
	 * @param keyColumn the column that has it
	 * @return the keys of the rows that were inserted
	 */
	Set<String> insertUnlessPresent(List<R> rows, Function<R, String> key, String keyColumn) {
		Set<String> inserted = new HashSet<>();
		if (!rows.isEmpty() && this.dialect.takesArrays()) {
			this.jdbc.query(this.dialect.insertUnlessPresent(this.sql) + " RETURNING " + keyColumn,
					(arrays) -> Column.setArrays(arrays, 1, this.columns, rows),
					(RowCallbackHandler) (row) -> inserted.add(row.getString(1)));
			return inserted;
		}
		for (R row : rows) {
			try {
				this.jdbc.update(this.sql, (values) -> Column.setRow(values, this.columns, row));
				inserted.add(key.apply(row));
			}
			catch (DuplicateKeyException ex) {
				// The one that is there stays.
			}
		}
		return inserted;
	}

}
