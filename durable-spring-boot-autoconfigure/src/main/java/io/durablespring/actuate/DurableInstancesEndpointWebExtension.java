package io.durablespring.actuate;

import java.util.Set;

import io.durablespring.actuate.DurableInstancesEndpoint.InstanceDetails;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * Shows values over the web only to those who may see them.
 */
@EndpointWebExtension(endpoint = DurableInstancesEndpoint.class)
public final class DurableInstancesEndpointWebExtension {

	private final DurableInstancesEndpoint endpoint;

	private final Show showValues;

	private final Set<String> roles;

	/**
	 * Creates the extension.
	 * @param endpoint the endpoint
	 * @param showValues who may see values
	 * @param roles the roles of those who may, if authorisation decides
	 */
	public DurableInstancesEndpointWebExtension(DurableInstancesEndpoint endpoint, Show showValues, Set<String> roles) {
		this.endpoint = endpoint;
		this.showValues = showValues;
		this.roles = Set.copyOf(roles);
	}

	/**
	 * Describes one instance.
	 * @param securityContext who asks
	 * @param instanceId the instance id
	 * @return the instance, or status 404
	 */
	@ReadOperation
	public WebEndpointResponse<InstanceDetails> instance(SecurityContext securityContext, @Selector String instanceId) {
		InstanceDetails details = this.endpoint.instance(instanceId,
				this.showValues.isShown(securityContext, this.roles));
		return (details != null) ? new WebEndpointResponse<>(details)
				: new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
	}

}
