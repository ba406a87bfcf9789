package io.durablespring.autoconfigure;

import io.durablespring.autoconfigure.DurableProperties.TransportKind;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches if {@code durable.transport} is a certain transport, in whatever spelling
 * Spring Boot takes: {@code in-process}, {@code IN_PROCESS}, {@code inProcess}.
 */
abstract class OnTransportCondition extends SpringBootCondition {

	private final TransportKind transport;

	OnTransportCondition(TransportKind transport) {
		this.transport = transport;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		TransportKind chosen = Binder.get(context.getEnvironment())
			.bind("durable.transport", TransportKind.class)
			.orElse(TransportKind.KAFKA);
		return new ConditionOutcome(chosen == this.transport,
				ConditionMessage.forCondition("Durable transport").because("it is " + chosen));
	}

	static final class Kafka extends OnTransportCondition {

		Kafka() {
			super(TransportKind.KAFKA);
		}

	}

	static final class InProcess extends OnTransportCondition {

		InProcess() {
			super(TransportKind.IN_PROCESS);
		}

	}

}
