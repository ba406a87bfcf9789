package io.durablespring.example.http;

/**
 * What was sold in a year.
 *
 * @param year the year
 * @param sales the sum of its months
 */
record Report(int year, long sales) {
}
