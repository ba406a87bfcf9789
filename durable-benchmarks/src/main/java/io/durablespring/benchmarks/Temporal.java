package io.durablespring.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerOptions;

/**
 * Temporal's SDK on its in-memory test server: nothing of this is durable. A real server
 * would be slower. The test server becomes slow with what it has in memory, so each run
 * has a new one, and a thousand instances at most: twice what may be started at a time.
 */
final class Temporal implements Contender {

	private static final String QUEUE = "benchmarks";

	private final LongAdder steps;

	private TestWorkflowEnvironment environment;

	private WorkflowClient client;

	private final Map<String, WorkflowStub> started = new ConcurrentHashMap<>();

	Temporal(LongAdder steps) {
		this.steps = steps;
		this.environment = open();
		this.client = this.environment.getWorkflowClient();
	}

	private TestWorkflowEnvironment open() {
		TestWorkflowEnvironment opened = TestWorkflowEnvironment.newInstance();
		// Its detector of deadlocks takes a busy machine for one.
		Worker worker = opened.newWorker(QUEUE,
				WorkerOptions.newBuilder().setDefaultDeadlockDetectionTimeout(60_000).build());
		worker.registerWorkflowImplementationTypes(TemporalPrograms.Programs.class);
		worker.registerActivitiesImplementations(new TemporalPrograms.Counted(this.steps));
		opened.start();
		return opened;
	}

	@Override
	public void renew() {
		this.environment.close();
		this.started.clear();
		this.environment = open();
		this.client = this.environment.getWorkflowClient();
	}

	@Override
	public boolean runs(Program program) {
		return switch (program) {
			case HELLO3, HELLO5, SEQUENCE, FANOUT, JOB -> true;
			case TIMER, EVENTS, ECHO -> false;
		};
	}

	@Override
	public int limit() {
		return 500;
	}

	@Override
	public void start(Job job) {
		WorkflowStub stub = this.client.newUntypedWorkflowStub("TemporalPrograms",
				WorkflowOptions.newBuilder().setTaskQueue(QUEUE).setWorkflowId(job.id()).build());
		this.started.put(job.id(), stub);
		stub.start(job.program().name(), job.size());
	}

	// It has no bulk start.
	@Override
	public void startAll(List<Job> jobs) {
		jobs.forEach(this::start);
	}

	@Override
	public String await(Job job) {
		return this.started.remove(job.id()).getResult(String.class);
	}

	@Override
	public long completed(String prefix, String output) {
		return this.started.entrySet()
			.stream()
			.filter((entry) -> entry.getKey().startsWith(prefix))
			.filter((entry) -> output.equals(entry.getValue().getResult(String.class)))
			.count();
	}

	@Override
	public void close() {
		this.environment.close();
	}

}
