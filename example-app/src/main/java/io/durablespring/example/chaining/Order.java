package io.durablespring.example.chaining;

/**
 * What a customer wants.
 *
 * @param id the order's number
 * @param item what is ordered
 * @param price what it costs
 */
record Order(String id, String item, int price) {
}
