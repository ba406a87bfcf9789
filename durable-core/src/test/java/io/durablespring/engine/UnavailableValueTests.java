package io.durablespring.engine;

import java.lang.reflect.Type;
import java.util.List;
import java.util.concurrent.Callable;

import io.durablespring.InstanceStatus;
import io.durablespring.Payload;
import io.durablespring.StoreUnavailableException;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.EventRaised;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Large values that cannot be read just when the code wants them: the step is lost, and
 * when it is done again the code meets the value. It never meets the fault.
 */
class UnavailableValueTests {

	private boolean down;

	private final TextCodec codec = new TextCodec() {

		@Override
		public Object read(Payload payload, Type type) {
			if (UnavailableValueTests.this.down) {
				throw new StoreUnavailableException("down", null);
			}
			return super.read(payload, type);
		}

	};

	@Test
	void theResultOfACall() {
		assertMetLater((context) -> context.callActivity("work", null, String.class).await(),
				Scenario.completed(0, "value"));
	}

	@Test
	void anExternalEvent() {
		assertMetLater((context) -> context.waitForExternalEvent("event", String.class).await(),
				new EventRaised(Scenario.START, "event", this.codec.write("value")));
	}

	@Test
	void aValueFromThePast() {
		Scenario scenario = Scenario.of((context) -> {
			Object value = caught(() -> context.callActivity("work", null, String.class).await());
			context.waitForExternalEvent("go", Void.class).await();
			return value;
		}).codec(this.codec);
		scenario.start();
		scenario.step(Scenario.completed(0, "value"));
		HistoryEvent go = new EventRaised(Scenario.START, "go", null);
		assertLost(scenario.execution(), go);
		assertThat(scenario.step(go).output().json()).isEqualTo("\"value\"");
	}

	@Test
	void theInput() {
		Scenario scenario = Scenario.withInput(this.codec, (context, input) -> input);
		HistoryEvent started = Scenario.started("value");
		assertLost(scenario.execution(), started);
		assertThat(scenario.step(started).output().json()).isEqualTo("\"value\"");
	}

	@Test
	void whatIsMissingWhileTheCodeOnlyLeavesIsNotMissed() {
		Scenario scenario = Scenario.of((context) -> {
			try {
				return context.callActivity("work", null, String.class).await();
			}
			finally {
				throw new StoreUnavailableException("down", null);
			}
		});
		StepResult result = scenario.execution(Long.MAX_VALUE).step(Scenario.START, List.of(Scenario.started()));
		assertThat(result.status()).isEqualTo(InstanceStatus.RUNNING);
		assertThat(result.messages()).hasSize(1);
	}

	private void assertMetLater(Scenario.Code code, HistoryEvent arrived) {
		Scenario scenario = Scenario.of((context) -> caught(() -> code.run(context))).codec(this.codec);
		Execution parked = scenario.execution();
		parked.step(Scenario.START, List.of(Scenario.started()));
		scenario.start();
		assertLost(parked, arrived);
		assertLost(scenario.execution(), arrived);
		assertThat(scenario.step(arrived).output().json()).isEqualTo("\"value\"");
	}

	private void assertLost(Execution execution, HistoryEvent arrived) {
		this.down = true;
		assertThatThrownBy(() -> execution.step(Scenario.START, List.of(arrived)))
			.isInstanceOf(StoreUnavailableException.class);
		this.down = false;
		assertThat(execution.isOpen()).isFalse();
	}

	/** What the application's code likes to do. */
	private static Object caught(Callable<Object> code) {
		try {
			return code.call();
		}
		catch (Exception ex) {
			return "caught " + ex;
		}
	}

}
