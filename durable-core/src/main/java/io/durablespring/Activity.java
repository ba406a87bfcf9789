package io.durablespring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a bean method as an activity: the place for real work such as I/O.
 * <p>
 * The method takes at most one input and may return a result. It runs at least once for
 * each call that an orchestrator makes; its result is recorded exactly once. It runs
 * outside of any transaction unless it declares one.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
public @interface Activity {

	/**
	 * The name under which orchestrators call and history records this activity.
	 * @return the name; empty means the method's name
	 */
	String value() default "";

	/**
	 * The queue whose workers run this activity. Every queue has a topic of its own, so
	 * that slow or special work does not hold up other activities.
	 * @return the queue; empty means the default queue
	 */
	String queue() default "";

	/**
	 * When failed calls are tried again, unless a call or a property says otherwise.
	 * @return the policy; the default tries nothing again
	 */
	Retry retry() default @Retry;

	/**
	 * How long a call may run. Then it has failed with an
	 * {@link ActivityTimeoutException}, may be tried again, and its thread is
	 * interrupted; what it returns later is dropped. A transactional activity has failed
	 * once its transaction has ended.
	 * @return a duration, written as in {@link Retry}; empty for no limit
	 */
	String startToCloseTimeout() default "";

	/**
	 * How long a call may run without {@link ActivityContext#heartbeat()}. Then the same
	 * happens.
	 * @return a duration, written as in {@link Retry}; empty for no limit
	 */
	String heartbeatTimeout() default "";

	/**
	 * Whether calls run on the node that has the instance, without a message. For work
	 * that takes milliseconds: a node waits for it a little before it goes on with other
	 * instances. A node without this activity sends the call like any other.
	 * @return whether to run where the instance is, unless a call says otherwise
	 */
	boolean local() default false;

	/**
	 * Whether the outcome of a local call is stored before the orchestrator's next local
	 * call begins. If not, calls that follow each other are stored together, at the end
	 * of the step, and after a crash all of them run again.
	 * @return whether to store each outcome, unless a call says otherwise
	 */
	boolean checkpoint() default true;

}
