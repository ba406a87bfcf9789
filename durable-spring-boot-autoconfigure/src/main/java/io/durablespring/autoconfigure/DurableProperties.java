package io.durablespring.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.util.unit.DataSize;

/**
 * Properties of the durable runtime.
 */
@ConfigurationProperties("durable")
public class DurableProperties {

	/**
	 * Whether to run durable orchestrations at all.
	 */
	private boolean enabled = true;

	/**
	 * Name of the task hub: prefix of the topics and a column of the tables. Applications
	 * with the same hub, broker and database are peers. Letters, digits, dots,
	 * underscores and hyphens. Taken from "spring.application.name" if not set, or else
	 * "durable".
	 */
	private @Nullable String taskHub;

	/**
	 * Transport that carries messages between nodes.
	 */
	private TransportKind transport = TransportKind.KAFKA;

	/**
	 * Whether to fail at start-up if an orchestrator calls a method that is not an
	 * activity or orchestrator of this application. Switch it off if another application
	 * of the task hub runs some of them.
	 */
	private boolean verifyCalls = true;

	/**
	 * Whether failures keep the stack traces of exceptions.
	 */
	private boolean stackTraces = true;

	/**
	 * Size of an input or result at most, as JSON in UTF-8.
	 */
	private DataSize maxPayloadSize = DataSize.ofMegabytes(64);

	/**
	 * Size above which an input or result is stored once and referred to by messages and
	 * history. Smaller than the message size that the broker allows.
	 */
	private DataSize payloadThreshold = DataSize.ofKilobytes(256);

	private final Orchestrations orchestrations = new Orchestrations();

	@NestedConfigurationProperty
	private final DurableVersioningProperties versioning = new DurableVersioningProperties();

	private final Client client = new Client();

	private final Outbox outbox = new Outbox();

	private final Inbox inbox = new Inbox();

	private final InProcess inProcess = new InProcess();

	private final Health health = new Health();

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public @Nullable String getTaskHub() {
		return this.taskHub;
	}

	public void setTaskHub(@Nullable String taskHub) {
		this.taskHub = taskHub;
	}

	public TransportKind getTransport() {
		return this.transport;
	}

	public void setTransport(TransportKind transport) {
		this.transport = transport;
	}

	public boolean isVerifyCalls() {
		return this.verifyCalls;
	}

	public void setVerifyCalls(boolean verifyCalls) {
		this.verifyCalls = verifyCalls;
	}

	public boolean isStackTraces() {
		return this.stackTraces;
	}

	public void setStackTraces(boolean stackTraces) {
		this.stackTraces = stackTraces;
	}

	public DataSize getMaxPayloadSize() {
		return this.maxPayloadSize;
	}

	public void setMaxPayloadSize(DataSize maxPayloadSize) {
		this.maxPayloadSize = maxPayloadSize;
	}

	public DataSize getPayloadThreshold() {
		return this.payloadThreshold;
	}

	public void setPayloadThreshold(DataSize payloadThreshold) {
		this.payloadThreshold = payloadThreshold;
	}

	public Orchestrations getOrchestrations() {
		return this.orchestrations;
	}

	public DurableVersioningProperties getVersioning() {
		return this.versioning;
	}

	public Client getClient() {
		return this.client;
	}

	public Outbox getOutbox() {
		return this.outbox;
	}

	public Inbox getInbox() {
		return this.inbox;
	}

	public InProcess getInProcess() {
		return this.inProcess;
	}

	public Health getHealth() {
		return this.health;
	}

	/**
	 * What carries messages between nodes.
	 */
	public enum TransportKind {

		/** Kafka topics. */
		KAFKA,

		/** Queues in this process, made durable by the outbox. */
		IN_PROCESS

	}

	/**
	 * What becomes of an instance whose code no longer fits its history.
	 */
	public enum NonDeterminism {

		/** It is suspended, and can be resumed once the code is mended. */
		SUSPEND,

		/** It fails. */
		FAIL

	}

	/**
	 * How orchestrators run.
	 */
	public static class Orchestrations {

		/**
		 * Number of waiting executions of many steps that are kept in memory at most,
		 * each with a thread. Others are replayed from history when they go on; with 0,
		 * all are.
		 */
		private int maxCached = 1000;

		/**
		 * What becomes of an instance whose code no longer fits its history.
		 */
		private NonDeterminism nonDeterminism = NonDeterminism.SUSPEND;

		/**
		 * Whether replay compares the inputs of calls with history, besides their kinds
		 * and names.
		 */
		private boolean verifyInputs = false;

		/**
		 * Number of actions that an execution may do before it fails.
		 */
		private int maxActions = 100_000;

		/**
		 * Time that an orchestrator may run without waiting for a task before a warning
		 * names the line it is at.
		 */
		private Duration blockedWarning = Duration.ofSeconds(5);

		/**
		 * Time that an orchestrator may run without waiting for a task before its
		 * instance is suspended and its worker goes on with others.
		 */
		private Duration maxBlocked = Duration.ofMinutes(2);

		public int getMaxCached() {
			return this.maxCached;
		}

		public void setMaxCached(int maxCached) {
			this.maxCached = maxCached;
		}

		public NonDeterminism getNonDeterminism() {
			return this.nonDeterminism;
		}

		public void setNonDeterminism(NonDeterminism nonDeterminism) {
			this.nonDeterminism = nonDeterminism;
		}

		public boolean isVerifyInputs() {
			return this.verifyInputs;
		}

		public void setVerifyInputs(boolean verifyInputs) {
			this.verifyInputs = verifyInputs;
		}

		public int getMaxActions() {
			return this.maxActions;
		}

		public void setMaxActions(int maxActions) {
			this.maxActions = maxActions;
		}

		public Duration getBlockedWarning() {
			return this.blockedWarning;
		}

		public void setBlockedWarning(Duration blockedWarning) {
			this.blockedWarning = blockedWarning;
		}

		public Duration getMaxBlocked() {
			return this.maxBlocked;
		}

		public void setMaxBlocked(Duration maxBlocked) {
			this.maxBlocked = maxBlocked;
		}

	}

	/**
	 * How the client behaves.
	 */
	public static class Client {

		/**
		 * Longest time between two looks at instances that are awaited, in case no word
		 * of their end comes from the node that they end on.
		 */
		private Duration longestLook = Duration.ofSeconds(5);

		/**
		 * Whether to refuse to start an orchestrator that this application does not have.
		 * Switch it off if another application of the task hub runs it.
		 */
		private boolean requireRegisteredNames = true;

		public Duration getLongestLook() {
			return this.longestLook;
		}

		public void setLongestLook(Duration longestLook) {
			this.longestLook = longestLook;
		}

		public boolean isRequireRegisteredNames() {
			return this.requireRegisteredNames;
		}

		public void setRequireRegisteredNames(boolean requireRegisteredNames) {
			this.requireRegisteredNames = requireRegisteredNames;
		}

	}

	/**
	 * How outgoing messages and timers are kept until they are sent.
	 */
	public static class Outbox {

		/**
		 * Time that an entry belongs to a node that does not extend its claim. After a
		 * crash other nodes take over after this time.
		 */
		private Duration claimTime = Duration.ofSeconds(10);

		/**
		 * Time between two looks for entries that are due, at most half the claim time.
		 */
		private Duration pollInterval = Duration.ofSeconds(1);

		public Duration getClaimTime() {
			return this.claimTime;
		}

		public void setClaimTime(Duration claimTime) {
			this.claimTime = claimTime;
		}

		public Duration getPollInterval() {
			return this.pollInterval;
		}

		public void setPollInterval(Duration pollInterval) {
			this.pollInterval = pollInterval;
		}

	}

	/**
	 * How received messages are remembered.
	 */
	public static class Inbox {

		/**
		 * Time that the ids of received messages are kept, so that none is processed
		 * twice. Longer than any message may be under way.
		 */
		private Duration retention = Duration.ofDays(7);

		public Duration getRetention() {
			return this.retention;
		}

		public void setRetention(Duration retention) {
			this.retention = retention;
		}

	}

	/**
	 * The transport within this process.
	 */
	public static class InProcess {

		/**
		 * Number of batches of orchestration messages that are processed at once.
		 */
		private int lanes = 2;

		public int getLanes() {
			return this.lanes;
		}

		public void setLanes(int lanes) {
			this.lanes = lanes;
		}

	}

	/**
	 * When the node counts as healthy.
	 */
	public static class Health {

		/**
		 * Time that the oldest unsent message may be overdue before the node counts as
		 * down.
		 */
		private Duration maxUnsentAge = Duration.ofMinutes(5);

		public Duration getMaxUnsentAge() {
			return this.maxUnsentAge;
		}

		public void setMaxUnsentAge(Duration maxUnsentAge) {
			this.maxUnsentAge = maxUnsentAge;
		}

	}

}
