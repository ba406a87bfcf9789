package io.durablespring.engine;

import java.lang.reflect.Type;

import io.durablespring.Payload;
import io.durablespring.RetryPolicy;
import io.durablespring.history.PayloadCodec;
import org.jspecify.annotations.Nullable;

/**
 * The activity that a call means.
 *
 * @param name the activity's name
 * @param queue the activity's queue; {@code null} for the default
 * @param inputType the input's declared type; {@code null} if it takes none or this node
 * does not know
 * @param resultType the result's type
 * @param retryPolicy when failed calls are tried again; {@code null} for never
 * @param locality where calls run
 */
public record ActivityTarget(String name, @Nullable String queue, @Nullable Type inputType, Type resultType,
		@Nullable RetryPolicy retryPolicy, Locality locality) {

	/**
	 * An activity that other nodes have.
	 * @param name the activity's name
	 * @param queue the activity's queue; {@code null} for the default
	 * @param inputType the input's declared type; {@code null} if it takes none or this
	 * node does not know
	 * @param resultType the result's type
	 * @param retryPolicy when failed calls are tried again; {@code null} for never
	 */
	public ActivityTarget(String name, @Nullable String queue, @Nullable Type inputType, Type resultType,
			@Nullable RetryPolicy retryPolicy) {
		this(name, queue, inputType, resultType, retryPolicy, Locality.ELSEWHERE);
	}

	@Nullable Payload write(@Nullable Object input, PayloadCodec codec) {
		return (this.inputType != null) ? codec.write(input, this.inputType) : codec.write(input);
	}

}
