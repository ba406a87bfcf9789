package io.durablespring.jpa;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * A column, and where its values come from.
 *
 * @param <R> what a row is made of
 * @param name the column's name
 * @param type what its values are to JDBC
 * @param value takes the value from what a row is made of
 */
record Column<R>(String name, Type type, Function<R, @Nullable Object> value) {

	static <R> Column<R> text(String name, Function<R, @Nullable String> value) {
		return new Column<>(name, Type.TEXT, value::apply);
	}

	static <R> Column<R> integer(String name, Function<R, @Nullable Integer> value) {
		return new Column<>(name, Type.INTEGER, value::apply);
	}

	static <R> Column<R> time(String name, Function<R, @Nullable Instant> value) {
		return new Column<>(name, Type.TIME, (row) -> {
			Instant time = value.apply(row);
			return (time != null) ? SqlTime.of(time) : null;
		});
	}

	/**
	 * Sets the parameters of a statement, one for each column.
	 */
	static <R> void setRow(PreparedStatement statement, List<Column<R>> columns, R row) throws SQLException {
		for (int i = 0; i < columns.size(); i++) {
			Column<R> column = columns.get(i);
			statement.setObject(i + 1, column.value.apply(row), column.type.jdbcType);
		}
	}

	/**
	 * Sets parameters of a statement, one for each column, to arrays of PostgreSQL with a
	 * value for each row.
	 * @param from the index of the first parameter
	 * @return the index after the last one
	 */
	static <R> int setArrays(PreparedStatement statement, int from, List<Column<R>> columns, List<R> rows)
			throws SQLException {
		for (int i = 0; i < columns.size(); i++) {
			statement.setArray(from + i, columns.get(i).array(statement.getConnection(), rows));
		}
		return from + columns.size();
	}

	private Array array(Connection connection, List<R> rows) throws SQLException {
		Object[] values = (this.type == Type.INTEGER) ? new Integer[rows.size()] : new String[rows.size()];
		for (int i = 0; i < values.length; i++) {
			Object value = this.value.apply(rows.get(i));
			values[i] = (value != null && this.type == Type.TIME) ? value.toString() : value;
		}
		return connection.createArrayOf(this.type.postgresName, values);
	}

	/** As an array of PostgreSQL. */
	String arrayType() {
		return this.type.postgresName + "[]";
	}

	/** What values are. */
	enum Type {

		TEXT(Types.VARCHAR, "text"), INTEGER(Types.INTEGER, "int4"), TIME(Types.TIMESTAMP_WITH_TIMEZONE, "timestamptz");

		private final int jdbcType;

		private final String postgresName;

		Type(int jdbcType, String postgresName) {
			this.jdbcType = jdbcType;
			this.postgresName = postgresName;
		}

	}

}
