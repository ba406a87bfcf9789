package io.durablespring.example.approval;

import java.time.Duration;
import java.util.List;

import io.durablespring.example.approval.ApprovalRequest.Approver;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * What {@code --approval.*} asks for.
 *
 * @param request what is to be approved
 * @param approvers whom to ask, one after the other
 * @param patience how long to wait for each of them
 * @param exit whether to exit afterwards
 */
@ConfigurationProperties("approval")
record ApprovalArguments(String request, @DefaultValue( {
		"Ada", "Grace" }) List<String> approvers, @DefaultValue("1m") Duration patience, boolean exit){

	ApprovalArguments {
		Assert.hasText(request, "approval.request is missing: say what is to be approved");
		Assert.notEmpty(approvers, "approval.approvers is empty: name whom to ask");
	}

	ApprovalRequest toRequest() {
		return new ApprovalRequest(this.request,
				this.approvers.stream().map((name) -> new Approver(name, this.patience)).toList());
	}

}
