package io.durablespring.example.approval;

import java.time.Duration;
import java.util.List;

/**
 * Something that needs approval.
 *
 * @param subject what it is
 * @param approvers whom to ask, one after the other
 */
record ApprovalRequest(String subject, List<Approver> approvers) {

	/**
	 * Somebody who may approve.
	 *
	 * @param name who
	 * @param patience how long to wait for an answer before the next one is asked
	 */
	record Approver(String name, Duration patience) {
	}

}
