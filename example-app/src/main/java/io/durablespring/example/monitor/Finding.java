package io.durablespring.example.monitor;

/**
 * How a watch ended.
 *
 * @param up whether the address answered in time
 * @param looks after how many looks
 */
record Finding(boolean up, int looks) {
}
