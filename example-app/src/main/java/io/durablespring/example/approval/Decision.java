package io.durablespring.example.approval;

/**
 * What becomes of a request.
 *
 * @param approved whether it is approved
 * @param reason why, or by whom
 */
record Decision(boolean approved, String reason) {
}
