package io.durablespring.example.approval;

/**
 * What somebody says to a request: the external event {@code answer}.
 *
 * @param by who says so
 * @param approved whether they agree
 */
record Answer(String by, boolean approved) {
}
