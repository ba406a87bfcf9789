package io.durablespring.example.approval;

/**
 * What somebody is asked.
 *
 * @param approver who
 * @param subject what it is about
 * @param instanceId the instance that waits for the answer
 */
record Question(String approver, String subject, String instanceId) {
}
