package io.durablespring.example.chaining;

/**
 * What a customer gets for an order.
 *
 * @param payment the payment's number
 * @param parcel the parcel's number
 */
record Receipt(String payment, String parcel) {
}
