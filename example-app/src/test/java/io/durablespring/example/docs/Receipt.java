package io.durablespring.example.docs;

/**
 * What becomes of a payment.
 *
 * @param paid whether it was made
 * @param text its number, or why there is none
 */
record Receipt(boolean paid, String text) {
}
