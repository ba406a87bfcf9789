package io.durablespring.runtime;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import io.durablespring.DurableClient;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.Payload;
import io.durablespring.StartOptions;
import io.durablespring.StoreUnavailableException;
import io.durablespring.engine.TextCodec;
import io.durablespring.history.HistoryEvent;
import io.durablespring.history.Message;
import io.durablespring.local.InMemoryStore;
import io.durablespring.programs.Interpreter;
import io.durablespring.programs.Place;
import io.durablespring.programs.Program;
import io.durablespring.programs.ProgramBook;
import io.durablespring.programs.Work;
import io.durablespring.runtime.SimulatedBroker.Parcel;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.StepCommit;

/**
 * Nodes, their store and broker, and time, all played by one thread: what happens next is
 * a matter of dice, and the same for the same seed.
 */
final class SimulatedHub {

	private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

	private static final int MAX_ACTIONS = 50_000;

	private static final int MAX_FAULTS = 150;

	final InMemoryStore memory = new InMemoryStore();

	final MovedClock clock = new MovedClock();

	final Dice dice;

	final SimulatedBroker broker;

	final ProgramBook book;

	final SimulatedOperators operators;

	private final List<SimulatedNode> nodes = new ArrayList<>();

	private final Map<String, Integer> ages = new HashMap<>();

	/** By label, the calls of each piece of work, without duplicates. */
	private final Map<String, List<String>> attempts = new HashMap<>();

	/**
	 * The calls that a stored step has made. Their ids alone do not tell: of two nodes
	 * that step one instance, the one that is too late may have made another call of it.
	 */
	private final Set<String> stored = new HashSet<>();

	private final List<String> log = new ArrayList<>();

	private final Map<String, List<String>> outcomes = new TreeMap<>();

	private final Disturbance disturbance;

	SimulatedHub(Program program, Disturbance disturbance) {
		this.dice = new Dice(disturbance.seed(), disturbance.faults(), MAX_FAULTS);
		this.broker = new SimulatedBroker(this.dice);
		this.book = new ProgramBook(program);
		this.operators = new SimulatedOperators(this);
		this.disturbance = disturbance;
		this.dice.quietly(() -> {
			for (int i = 0; i < disturbance.nodes(); i++) {
				this.nodes.add(new SimulatedNode(this, disturbance));
			}
		});
	}

	/** Runs the program until nothing is left to do. */
	void run() {
		this.dice.quietly(() -> client().start(Interpreter.NAME, Place.ROOT.input(),
				StartOptions.instanceId(Place.ROOT.label())));
		for (int i = 0; i < MAX_ACTIONS; i++) {
			if (!act()) {
				if (isAllDone()) {
					this.dice.quietly(this::collectOutcomes);
					return;
				}
				moveOn();
			}
		}
		throw new AssertionError("No end after %d actions, at %s".formatted(MAX_ACTIONS, this.clock.instant()));
	}

	private boolean isAllDone() {
		return this.broker.isEmpty() && this.nodes.stream().allMatch((node) -> node.calls == 0)
				&& this.memory.oldestUnsent(Instant.MAX, Set.of()).isEmpty();
	}

	private boolean act() {
		List<Runnable> possible = new ArrayList<>();
		for (SimulatedNode node : this.nodes) {
			if (node.scheduler.isDue()) {
				possible.add(() -> attempt(node, "scheduled", node.scheduler::runOne));
			}
			if (!node.tasks.isEmpty()) {
				possible.add(() -> attempt(node, "task",
						node.tasks.remove(this.dice.knows(Fault.REORDERING) ? this.dice.below(node.tasks.size()) : 0)));
			}
		}
		if (!this.broker.orchestrations.isEmpty()) {
			possible.add(this::deliverOrchestrations);
			possible.add(this::deliverOrchestrations);
		}
		if (!callable().isEmpty() && !this.broker.free(this.broker.calls).isEmpty()) {
			possible.add(this::deliverCall);
		}
		if (!this.broker.answers.isEmpty()) {
			possible.add(this::answer);
		}
		if (this.operators.hasErrands()) {
			possible.add(() -> this.dice.quietly(this.operators::doErrand));
		}
		if (possible.isEmpty()) {
			boolean[] done = { false };
			this.dice.quietly(() -> done[0] = this.operators.intervene());
			return done[0];
		}
		this.dice.any(possible).run();
		if (this.dice.knows(Fault.SUSPENSION) || this.dice.knows(Fault.HASTE)) {
			meddle();
		}
		if (this.dice.happens(Fault.DELAY, 10)) {
			this.clock.now = this.clock.now.plusMillis(1 + this.dice.below(60));
		}
		if (this.dice.happens(Fault.CRASH, 1)) {
			crash(this.dice.any(this.nodes));
		}
		return true;
	}

	private void meddle() {
		if (this.dice.below(8) == 0) {
			this.operators.meddle();
		}
	}

	private void moveOn() {
		Instant next = this.nodes.stream()
			.map((node) -> node.scheduler.next())
			.flatMap(Optional::stream)
			.min(Instant::compareTo)
			.orElseThrow();
		this.clock.now = next.isAfter(this.clock.now) ? next : this.clock.now;
	}

	/** What is due to be done by a node may be its end. */
	private void attempt(SimulatedNode node, String what, Runnable code) {
		note(what + " " + this.nodes.indexOf(node));
		try {
			code.run();
		}
		catch (Crash ex) {
			crash(ex.node);
		}
	}

	// --- Messages

	private void deliverOrchestrations() {
		int owner = this.broker.owner(this.dice.any(this.broker.orchestrations).message.instanceId(),
				this.nodes.size());
		SimulatedNode node = this.nodes.get(owner);
		List<Parcel> own = this.broker.orchestrations.stream()
			.filter((parcel) -> this.broker.owner(parcel.message.instanceId(), this.nodes.size()) == owner)
			.toList();
		if (!own.isEmpty()) {
			deliver(node, this.broker.batch(own));
		}
	}

	private void deliver(SimulatedNode node, List<Parcel> batch) {
		note("deliver " + batch.size() + " to " + this.nodes.indexOf(node));
		try {
			node.deliver(batch);
			this.broker.acknowledge(batch);
		}
		catch (StoreUnavailableException ex) {
			note("again");
		}
		catch (Crash ex) {
			crash(ex.node);
		}
	}

	private List<SimulatedNode> callable() {
		return this.nodes.stream().filter((node) -> node.capacity() > 0).toList();
	}

	private void deliverCall() {
		SimulatedNode node = this.dice.any(callable());
		Parcel parcel = this.dice.any(this.broker.free(this.broker.calls));
		note("call on " + this.nodes.indexOf(node));
		if (this.dice.happens(Fault.DUPLICATION, 10)) {
			attempt(node, "twice", () -> node.call(parcel, true));
			parcel.redelivered = true;
		}
		else {
			parcel.holder = node;
			attempt(node, "once", () -> node.call(parcel, false));
		}
	}

	private void answer() {
		SimulatedBroker.Answer answer = this.dice.any(this.broker.answers);
		this.broker.answers.remove(answer);
		attempt(answer.node(), "answer", () -> answer.stage().complete(null));
	}

	/** Does a piece of work, whose outcome depends on the number of the call only. */
	String work(SimulatedNode node, Message.ToActivity call, String input) {
		Work work = Work.parse(input);
		List<String> calls = this.attempts.computeIfAbsent(work.label(), (label) -> new ArrayList<>());
		String made = key(call.id(), work);
		if (!this.stored.contains(made)) {
			if (node.busy == 0) {
				// Its batch has failed: nobody sees what comes of it.
				return work.run(Integer.MAX_VALUE);
			}
			node.unstored.add(made);
		}
		if (!calls.contains(made)) {
			calls.add(made);
		}
		// Of the calls before it, one that a node has made which is too late is none.
		return work.run(1 + (int) calls.stream()
			.takeWhile((other) -> !other.equals(made))
			.filter((other) -> this.stored.contains(other) || node.unstored.contains(other))
			.count());
	}

	/** A batch is over: of its local calls, those that were never stored are none. */
	void forgetUnstored(SimulatedNode node) {
		node.unstored.removeAll(this.stored);
		this.attempts.values().forEach((calls) -> calls.removeAll(node.unstored));
		node.unstored.clear();
	}

	/** Takes note of the calls of steps that are stored. */
	void called(SimulatedNode node, OrchestrationStore.StepBatch batch, Set<String> leftOut) {
		for (StepCommit step : batch.steps()) {
			if (!leftOut.contains(step.head().id())) {
				step.messages()
					.stream()
					.filter(Message.ToActivity.class::isInstance)
					.map(Message.ToActivity.class::cast)
					.forEach((call) -> this.stored.add(key(call.id(), work(call.input()))));
				if (!step.history().executionId().equals(step.head().executionId())) {
					// Of the execution before, no event is left.
					node.unstored.stream()
						.filter((id) -> id.startsWith(step.head().executionId() + ":"))
						.forEach(this.stored::add);
				}
				for (HistoryEvent event : step.events()) {
					if (event instanceof HistoryEvent.TaskScheduled call) {
						made(step.history().executionId() + ":" + call.taskId(), call.input());
					}
				}
			}
		}
	}

	/**
	 * A call counts from when it is stored, for it may never run if its instance ends.
	 */
	private void made(String callId, Payload input) {
		Work work = work(input);
		String made = key(callId, work);
		this.stored.add(made);
		List<String> calls = this.attempts.computeIfAbsent(work.label(), (key) -> new ArrayList<>());
		if (!calls.contains(made)) {
			calls.add(made);
		}
	}

	private static String key(String callId, Work work) {
		return callId + " " + work.label();
	}

	private Work work(Payload input) {
		return Work.parse((String) new TextCodec().read(whole(input), String.class));
	}

	/** A rewind stores events again whose large values are stored already. */
	private Payload whole(Payload input) {
		if (input.referenceId() == null) {
			return input;
		}
		return Payload
			.of((input.content() != null) ? input.content() : this.memory.payload(input.referenceId()).orElseThrow());
	}

	// --- What goes wrong

	void maybeCrash(SimulatedNode node) {
		if (this.dice.happens(Fault.CRASH, 1)) {
			throw new Crash(node);
		}
	}

	private void crash(SimulatedNode node) {
		note("crash " + this.nodes.indexOf(node));
		this.dice.quietly(() -> {
			node.die();
			this.nodes.set(this.nodes.indexOf(node), new SimulatedNode(this, this.disturbance));
		});
	}

	/** Lets another node take messages while this one is at the store. */
	void maybeOvertake(SimulatedNode node) {
		List<SimulatedNode> others = this.nodes.stream().filter((other) -> other.busy == 0).toList();
		if (node.busy > 0 && !others.isEmpty() && !this.broker.orchestrations.isEmpty()
				&& this.dice.happens(Fault.CONFLICT, 15)) {
			note("overtake");
			deliver(this.dice.any(others), this.broker.batch(this.broker.orchestrations));
		}
	}

	// --- For others

	DurableClient client() {
		return this.dice.any(this.nodes).runtime.client();
	}

	/** Takes note of an outbox entry. */
	void entered(String entryId) {
		this.ages.putIfAbsent(entryId, this.ages.size());
	}

	int age(String entryId) {
		return this.ages.getOrDefault(entryId, Integer.MAX_VALUE);
	}

	void note(String what) {
		this.log.add(Duration.between(BEGINNING, this.clock.now).toMillis() + " " + what);
	}

	/** What has happened, in order. */
	List<String> log() {
		return this.log;
	}

	/** How each instance has ended, by its place in the program. */
	Map<String, List<String>> outcomes() {
		return this.outcomes;
	}

	private void collectOutcomes() {
		this.operators.places().forEach((id, place) -> {
			if (!this.book.isVague(place)) {
				this.outcomes.computeIfAbsent(place.label(), (label) -> new ArrayList<>())
					.add(outcome(client().get(id).orElseThrow()));
			}
		});
		this.outcomes.values().forEach(Collections::sort);
	}

	private static String outcome(OrchestrationMetadata instance) {
		return instance.status() + " " + instance.readOutputAs(String.class) + " "
				+ instance.readCustomStatusAs(String.class) + " " + new TreeMap<>(instance.tags());
	}

	void close() {
		this.nodes.forEach(SimulatedNode::die);
	}

	/** A node dies. */
	static final class Crash extends Error {

		private static final long serialVersionUID = 1L;

		private final transient SimulatedNode node;

		Crash(SimulatedNode node) {
			super(null, null, false, false);
			this.node = node;
		}

	}

	/** The time of all nodes. */
	static final class MovedClock extends Clock {

		private Instant now = BEGINNING;

		@Override
		public Instant instant() {
			return this.now;
		}

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return this;
		}

	}

}
