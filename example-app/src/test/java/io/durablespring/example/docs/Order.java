package io.durablespring.example.docs;

import java.math.BigDecimal;

/**
 * What is sold.
 *
 * @param id the order's id
 * @param customer who buys
 * @param amount what it costs
 */
record Order(String id, String customer, BigDecimal amount) {
}
