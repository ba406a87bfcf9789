package io.durablespring.spi;

/**
 * A large value. The same value may be stored for several holders; it can be read as long
 * as one of them is there.
 *
 * @param holder what it is kept for
 * @param id what it is stored under: a digest of the value
 * @param json the value
 */
public record StoredPayload(PayloadHolder holder, String id, String json) {
}
