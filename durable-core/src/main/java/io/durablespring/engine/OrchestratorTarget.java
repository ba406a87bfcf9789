package io.durablespring.engine;

import java.lang.reflect.Type;

import io.durablespring.Payload;
import io.durablespring.history.PayloadCodec;
import org.jspecify.annotations.Nullable;

/**
 * The orchestrator that a call or a start means.
 *
 * @param name the orchestrator's name
 * @param version the version that new instances get; {@code null} for none
 * @param inputType the input's declared type; {@code null} if it takes none or this node
 * does not know
 * @param resultType the result's type
 */
public record OrchestratorTarget(String name, @Nullable String version, @Nullable Type inputType, Type resultType) {

	@Nullable Payload write(@Nullable Object input, PayloadCodec codec) {
		return (this.inputType != null) ? codec.write(input, this.inputType) : codec.write(input);
	}

}
