package io.durablespring.example.chaining;

/**
 * What to send.
 *
 * @param reservation the reserved goods
 * @param payment the payment for them
 */
record Shipment(String reservation, String payment) {
}
