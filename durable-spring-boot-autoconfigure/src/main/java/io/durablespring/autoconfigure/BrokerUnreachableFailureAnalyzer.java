package io.durablespring.autoconfigure;

import io.durablespring.kafka.BrokerUnreachableException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Tells what to do when no Kafka broker answers at startup.
 */
final class BrokerUnreachableFailureAnalyzer extends AbstractFailureAnalyzer<BrokerUnreachableException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, BrokerUnreachableException cause) {
		return new FailureAnalysis(cause.getMessage(), """
				Start a Kafka broker there, or do one of these:
				- point 'spring.kafka.bootstrap-servers' at a broker that runs, and check 'spring.kafka.security' \
				and 'spring.kafka.ssl' if it wants them
				- give a slow broker more time with 'durable.kafka.startup-timeout'
				- do without a broker, on one node: 'durable.transport=in-process'""", cause);
	}

}
