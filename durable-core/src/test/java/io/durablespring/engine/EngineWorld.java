package io.durablespring.engine;

import java.io.Serializable;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.durablespring.FailureDetails;
import io.durablespring.InstanceStatus;
import io.durablespring.ParentInstance;
import io.durablespring.Payload;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.HistoryEvent.Command;
import io.durablespring.history.HistoryEvent.Completion;
import io.durablespring.history.HistoryEvent.EventRaised;
import io.durablespring.history.HistoryEvent.ExecutionResumed;
import io.durablespring.history.HistoryEvent.ExecutionRewound;
import io.durablespring.history.HistoryEvent.ExecutionStarted;
import io.durablespring.history.HistoryEvent.ExecutionSuspended;
import io.durablespring.history.HistoryEvent.ExecutionTerminated;
import io.durablespring.history.HistoryEvent.SubOrchestrationInstanceCompleted;
import io.durablespring.history.HistoryEvent.SubOrchestrationInstanceFailed;
import io.durablespring.history.HistoryEvent.TaskCompleted;
import io.durablespring.history.HistoryEvent.TaskFailed;
import io.durablespring.history.HistoryEvent.TimerFired;
import io.durablespring.history.Message;
import io.durablespring.history.Message.ToOrchestration;
import io.durablespring.programs.Interpreter;
import io.durablespring.programs.Place;
import io.durablespring.programs.Program;
import io.durablespring.programs.ProgramBook;
import io.durablespring.programs.Step;
import io.durablespring.programs.Work;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Everything around the engine, played by one thread: instances, activities, timers,
 * clients. Without troubles every message comes once, in order and at once.
 */
final class EngineWorld {

	private static final int TURNS = 20_000;

	private static final ExecutorService THREADS = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task);
		thread.setDaemon(true);
		return thread;
	});

	private final TextCodec codec = new TextCodec();

	private final Map<String, Actor> actors = new LinkedHashMap<>();

	private final List<Mail> mail = new ArrayList<>();

	private final List<Mail> delivered = new ArrayList<>();

	/** Ids of commands that were taken in. */
	private final Set<String> received = new HashSet<>();

	/** The calls of each piece of work, without duplicates. */
	private final Map<String, List<String>> attempts = new HashMap<>();

	private final ProgramBook book;

	private final OrchestratorBody body;

	private final Random random;

	private final Set<Trouble> troubles;

	private Instant clock = Scenario.START;

	private int sent;

	EngineWorld(Program program, long seed, Set<Trouble> troubles) {
		this.book = new ProgramBook(program);
		Interpreter interpreter = new Interpreter(this.book);
		this.body = (context, input) -> this.codec
			.write(interpreter.run(context, (String) this.codec.read(input, String.class)));
		this.random = new Random(seed);
		this.troubles = troubles;
	}

	private Execution execution(Actor actor, long unparkedHistory) {
		OrchestrationEngine.Options options = new OrchestrationEngine.Options(true, false, false, 100_000,
				unparkedHistory);
		return new OrchestrationEngine(this.codec, new Names(), THREADS, options).execution(actor.key, this.body,
				List.copyOf(actor.history()));
	}

	/** Runs the program to its end; what all of its instances have come to. */
	Map<String, List<String>> run() {
		start(new StepResult.Start(Place.ROOT.label(), new ExecutionStarted(this.clock, Interpreter.NAME, null,
				this.codec.write(Place.ROOT.input()), Map.of(), null), null, null), null);
		for (int turn = 0; turn < TURNS; turn++) {
			disturb();
			List<Mail> due = this.mail.stream().filter((letter) -> !letter.due.isAfter(this.clock)).toList();
			if (!due.isEmpty()) {
				deliver(due);
			}
			else if (!intervene()) {
				if (this.mail.isEmpty()) {
					return outcomes();
				}
				this.clock = Collections.min(this.mail, Comparator.comparing(Mail::due)).due;
			}
		}
		throw new AssertionError("No end after " + TURNS + " turns: " + this);
	}

	private Map<String, List<String>> outcomes() {
		Map<String, List<String>> outcomes = new TreeMap<>();
		for (Actor actor : this.actors.values()) {
			assertThat(actor.status.isFinished()).as("%s ends in %s", actor.key, this).isTrue();
			if (!this.book.isVague(actor.place)) {
				outcomes.computeIfAbsent(actor.place.label(), (label) -> new ArrayList<>()).add(actor.outcome());
			}
		}
		outcomes.values().forEach(Collections::sort);
		assertThat(outcomes.toString()).doesNotContain(Step.WRONG);
		return outcomes;
	}

	// --- What goes wrong

	private boolean happens(Trouble trouble, int percent) {
		return this.troubles.contains(trouble) && this.random.nextInt(100) < percent;
	}

	private void disturb() {
		Actor victim = any(List.copyOf(this.actors.values()));
		if (happens(Trouble.EVICTION, 30)) {
			victim.evict();
		}
		if (!victim.status.isFinished() && happens(Trouble.SUSPENSION, 5)) {
			command(victim, new ExecutionSuspended(this.clock, "for a while", null));
		}
		if (victim.status == InstanceStatus.SUSPENDED && happens(Trouble.SUSPENSION, 20)) {
			command(victim, new ExecutionResumed(this.clock, null));
		}
		if (isToBeRewound(victim) && happens(Trouble.HASTE, 50)) {
			command(victim, new ExecutionRewound(this.clock, null, null));
		}
	}

	/** Does what operators do when nothing happens any more. */
	private boolean intervene() {
		int before = this.mail.size();
		for (Actor actor : this.actors.values()) {
			if (actor.status == InstanceStatus.SUSPENDED) {
				command(actor, new ExecutionResumed(this.clock, null));
			}
			if (isToBeRewound(actor)) {
				command(actor, new ExecutionRewound(this.clock, null, null));
			}
		}
		return this.mail.size() > before;
	}

	private boolean isToBeRewound(Actor actor) {
		return actor.status == InstanceStatus.FAILED && actor.parent == null;
	}

	private void command(Actor actor, Command command) {
		post(new ToOrchestration("command-" + this.sent, actor.id(), actor.key.executionId(), command), this.clock);
	}

	private <T> T any(List<T> list) {
		return list.get(this.random.nextInt(list.size()));
	}

	// --- Messages

	private void post(ToOrchestration message, Instant due) {
		Instant later = happens(Trouble.DELAY, 60) ? due.plusMillis(this.random.nextInt(80)) : due;
		this.mail.add(new Mail(this.sent++, message, later));
	}

	private void deliver(List<Mail> due) {
		boolean reordering = this.troubles.contains(Trouble.REORDERING);
		Actor actor = this.actors.get((reordering ? any(due) : due.get(0)).message.instanceId());
		List<Mail> batch = new ArrayList<>(own(due, actor));
		if (reordering) {
			Collections.shuffle(batch, this.random);
			batch.subList(1 + this.random.nextInt(batch.size()), batch.size()).clear();
		}
		this.mail.removeAll(batch);
		this.delivered.addAll(batch);
		List<Mail> old = own(this.delivered, actor);
		while (!old.isEmpty() && happens(Trouble.DUPLICATION, 40)) {
			batch.add(this.random.nextInt(batch.size() + 1), any(old));
		}
		take(actor, batch);
	}

	private static List<Mail> own(List<Mail> letters, Actor actor) {
		return letters.stream().filter((letter) -> letter.message.instanceId().equals(actor.id())).toList();
	}

	private void take(Actor actor, List<Mail> batch) {
		for (int i = 0; i < batch.size() && actor.status.isFinished(); i++) {
			if (takeLate(actor, batch.get(i).message)) {
				// What comes behind a rewind is for the execution that it has made.
				this.mail.addAll(batch.subList(i + 1, batch.size()));
				return;
			}
		}
		if (actor.status.isFinished()) {
			return;
		}
		List<HistoryEvent> events = new ArrayList<>();
		for (Mail letter : batch) {
			if (letter.message.concerns(actor.key.executionId()) && isFresh(letter.message)) {
				events.add(letter.message.event());
			}
		}
		if (!events.isEmpty()) {
			apply(actor, actor.step(now(), events));
		}
	}

	private boolean isFresh(ToOrchestration message) {
		return !(message.event() instanceof Command) || this.received.add(message.id());
	}

	private boolean takeLate(Actor actor, ToOrchestration message) {
		if (!(message.event() instanceof ExecutionRewound rewound) || !message.concerns(actor.key.executionId())
				|| this.received.contains(message.id())) {
			return false;
		}
		if (actor.status == InstanceStatus.FAILED) {
			this.received.add(message.id());
			Instant now = now();
			apply(actor, actor.rewind((execution, rewind) -> execution.reopen(now, rewound, rewind)));
			return true;
		}
		if (rewound.parent() != null) {
			tell(rewound.parent(), actor);
		}
		return false;
	}

	private Instant now() {
		return this.troubles.contains(Trouble.CLOCKS) ? this.clock.plusMillis(this.random.nextInt(60) - 30)
				: this.clock;
	}

	// --- Consequences

	private void apply(Actor actor, StepResult result) {
		result.starts().forEach((start) -> start(start, actor));
		for (Message message : result.messages()) {
			if (message instanceof Message.ToActivity call) {
				post(Message.ToOrchestration.completion(actor.id(), call.executionId(), work(call)), this.clock);
			}
			else if (this.actors.containsKey(message.instanceId())) {
				post((ToOrchestration) message, this.clock);
			}
		}
		result.timers()
			.forEach((timer) -> post(ToOrchestration.completion(actor.id(), actor.key.executionId(),
					new TimerFired(timer.fireAt(), timer.taskId())), timer.fireAt()));
		// One that is on its way already cannot be caught.
		if (!this.troubles.contains(Trouble.DELAY)) {
			result.removedTimers().forEach((taskId) -> removeTimer(actor, taskId));
		}
		if (result.continuation() != null) {
			post(new ToOrchestration(actor.key.executionId() + ":start", actor.id(), actor.key.executionId(),
					result.continuation().started()), this.clock);
		}
		if (actor.parent != null && actor.status.isFinished()) {
			tell(actor.parent, actor);
		}
	}

	private void removeTimer(Actor actor, int taskId) {
		this.mail.removeIf((letter) -> letter.message.event() instanceof TimerFired fired && fired.taskId() == taskId
				&& actor.key.executionId().equals(letter.message.executionId()));
	}

	private Completion work(Message.ToActivity call) {
		Work work = Work.parse((String) this.codec.read(call.input(), String.class));
		List<String> calls = this.attempts.computeIfAbsent(work.label(), (label) -> new ArrayList<>());
		if (!calls.contains(call.id())) {
			calls.add(call.id());
		}
		try {
			return new TaskCompleted(this.clock, call.taskId(),
					this.codec.write(work.run(calls.indexOf(call.id()) + 1)));
		}
		catch (Work.Refusal ex) {
			return new TaskFailed(this.clock, call.taskId(), FailureDetails.of(ex, false));
		}
	}

	private void start(StepResult.Start start, @Nullable Actor by) {
		Actor existing = this.actors.get(start.instanceId());
		if (existing != null && !existing.status.isFinished()) {
			if (start.ifTaken() != null && by != null) {
				post(ToOrchestration.completion(by.id(), by.key.executionId(), start.ifTaken()), this.clock);
			}
			return;
		}
		Payload input = start.started().input();
		Place place = Place.parse((String) this.codec.read(input, String.class));
		ExecutionKey key = new ExecutionKey(start.instanceId(), "execution" + this.sent, Interpreter.NAME);
		Actor actor = new Actor(key, start.started(), place,
				(self, unparkedHistory) -> execution(self, unparkedHistory));
		this.actors.put(start.instanceId(), actor);
		post(new ToOrchestration(key.executionId() + ":start", actor.id(), key.executionId(), start.started()),
				(start.startAt() != null) ? start.startAt() : this.clock);
		this.book.events(place)
			.forEach((event) -> command(actor,
					new EventRaised(this.clock, event.getKey(), this.codec.write(event.getValue()))));
		if (this.book.isDoomed(place)) {
			command(actor, new ExecutionTerminated(this.clock, "doomed", true));
		}
	}

	private void tell(ParentInstance parent, Actor child) {
		Completion outcome = (child.status == InstanceStatus.COMPLETED)
				? new SubOrchestrationInstanceCompleted(this.clock, parent.taskId(), child.output())
				: new SubOrchestrationInstanceFailed(this.clock, parent.taskId(), child.failure());
		post(ToOrchestration.completion(parent.instanceId(), parent.executionId(), outcome), this.clock);
	}

	/** The executions that have a thread, to be given back. */
	void close() {
		Collection<Actor> all = this.actors.values();
		all.forEach(Actor::evict);
	}

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder();
		for (Actor actor : this.actors.values()) {
			text.append("\n%s %s, parent %s".formatted(actor.key, actor.status, actor.parent));
			actor.history().forEach((event) -> text.append("\n  ").append(event));
		}
		return text.toString();
	}

	private record Mail(int number, ToOrchestration message, Instant due) {
	}

	private static final class Names implements TargetResolver {

		@Override
		public ActivityTarget activity(Serializable reference) {
			throw new UnsupportedOperationException();
		}

		@Override
		public ActivityTarget activity(String name, Type resultType) {
			return new ActivityTarget(name, null, null, resultType, null);
		}

		@Override
		public OrchestratorTarget orchestrator(Serializable reference) {
			throw new UnsupportedOperationException();
		}

		@Override
		public OrchestratorTarget orchestrator(String name, Type resultType) {
			return new OrchestratorTarget(name, null, String.class, resultType);
		}

	}

}
