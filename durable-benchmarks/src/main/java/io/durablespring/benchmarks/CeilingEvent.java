package io.durablespring.benchmarks;

/**
 * A row of history.
 *
 * @param id the instance
 * @param sequence its place
 * @param type what it is
 * @param payload what it says
 */
record CeilingEvent(String id, int sequence, String type, String payload) {
}
