package io.durablespring.endtoend;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.durablespring.DurableClient;
import io.durablespring.DurableClient.Signal;
import io.durablespring.HistoryEntry;
import io.durablespring.IdReusePolicy;
import io.durablespring.InstanceAlreadyExistsException;
import io.durablespring.InstanceCount;
import io.durablespring.InstanceFilter;
import io.durablespring.InstanceQuery;
import io.durablespring.InstanceStatus;
import io.durablespring.OrchestrationMetadata;
import io.durablespring.PurgeResult;
import io.durablespring.StartOptions;
import io.durablespring.TypeRef;
import io.durablespring.endtoend.ModelApplication.Approvals;
import io.durablespring.endtoend.ModelApplication.Families;
import io.durablespring.endtoend.ModelApplication.FlakyBank;
import io.durablespring.endtoend.ModelApplication.Patient;
import io.durablespring.endtoend.ModelApplication.Vote;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Every feature of the orchestration model once, on a real broker and a real database.
 */
class OrchestrationModelEndToEndTests {

	private static final String HUB = "hub-" + UUID.randomUUID();

	private static ConfigurableApplicationContext application;

	private static DurableClient client;

	private static FlakyBank bank;

	private static JdbcTemplate jdbc;

	@BeforeAll
	static void start() {
		application = new SpringApplicationBuilder(ModelApplication.class).web(WebApplicationType.NONE)
			.properties("durable.task-hub=" + HUB, "durable.kafka.partitions=2", "durable.jpa.initialize-schema=always",
					"spring.kafka.bootstrap-servers=" + Servers.broker(),
					"spring.datasource.url=" + Servers.postgresUrl())
			.run();
		client = application.getBean(DurableClient.class);
		bank = application.getBean(FlakyBank.class);
		jdbc = application.getBean(JdbcTemplate.class);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@Test
	void anExternalEventCompletesItsWait() throws Exception {
		String id = client.start(Approvals::approval, Duration.ofHours(1));
		client.raiseEvent(id, "VOTE", new Vote("Ann", true));
		assertThat(finished(id).readOutputAs(String.class)).isEqualTo("approved by Ann");
	}

	@Test
	void aWaitTimesOut() throws Exception {
		String id = client.start(Approvals::approval, Duration.ofMillis(50));
		assertThat(finished(id).readOutputAs(String.class)).isEqualTo("timed out");
	}

	@Test
	void signalWithStartStartsOrReaches() throws Exception {
		String id = id();
		StartOptions options = StartOptions.instanceId(id);
		assertThat(client.signalWithStart(Approvals::counter, 100, options, new Signal("add", 1))).isTrue();
		assertThat(client.signalWithStart(Approvals::counter, 100, options, new Signal("add", 2))).isFalse();
		client.raiseEvent(id, "add", 0);
		assertThat(finished(id).readOutputAs(Integer.class)).isEqualTo(103);
	}

	@Test
	void anEternalOrchestrationTakesEveryEventOnce() throws Exception {
		String id = client.start(Approvals::counter, 0);
		for (int i = 1; i <= 100; i++) {
			client.raiseEvent(id, "add", i);
		}
		client.raiseEvent(id, "add", 0);
		OrchestrationMetadata finished = finished(id);
		assertThat(finished.readOutputAs(Integer.class)).isEqualTo(5_050);
		assertThat(finished.executionId()).endsWith("~100");
		assertThat(historyRows(id)).isEqualTo(client.history(id).size());
	}

	@Test
	void aTimerAtAnyDistanceIsCancelledByAnEventAndKeepsNothingAlive() throws Exception {
		String id = client.start(Approvals::reminder);
		OrchestrationMetadata waiting = client.awaitStart(id, Duration.ofSeconds(30));
		client.raiseEvent(id, "answer", "yes");
		assertThat(finished(id).readOutputAs(String.class)).isEqualTo("yes");
		assertThat(jdbc.queryForObject("select count(*) from durable_outbox where hub = ? and id like ?", Integer.class,
				HUB, waiting.executionId() + "%"))
			.isZero();
	}

	@Test
	void subOrchestrationsFanOutAndIn() throws Exception {
		String id = client.start(Families::family, 30);
		assertThat(finished(id).readOutputAs(Integer.class)).isEqualTo(10 * 13 + 20 * 14);
		assertThat(jdbc.queryForObject("select count(*) from durable_instance where hub = ? and parent_id = ?",
				Integer.class, HUB, id))
			.isEqualTo(30);
	}

	@Test
	void anOrchestratorStartsAnotherAndSendsItEvents() throws Exception {
		String other = id();
		finished(client.start(Families::messenger, other));
		assertThat(finished(other).readOutputAs(Integer.class)).isEqualTo(42);
	}

	@Test
	void aFailedCallIsTriedAgain() throws Exception {
		String account = id();
		bank.failures.put(account, new AtomicInteger(3));
		String id = client.start(Patient::retrying, account);
		assertThat(finished(id).readOutputAs(String.class)).isEqualTo("paid " + account);
		assertThat(client.history(id)).extracting(HistoryEntry::attempt).contains(1, 2, 3, 4);
	}

	@Test
	void aFailedCallIsTriedAgainAsItsAnnotationSays() throws Exception {
		String account = id();
		bank.failures.put(account, new AtomicInteger(100));
		OrchestrationMetadata failed = finished(client.start(Patient::retryingAsAnnotated, account));
		assertThat(failed.status()).isEqualTo(InstanceStatus.FAILED);
		assertThat(failed.failure().cause().message()).isEqualTo("no connection for " + account);
		assertThat(bank.payments.get(account)).hasValue(3);
	}

	@Test
	void customStatusTagsAndScheduledStartAreSeen() throws Exception {
		String id = client.start(Approvals::approval, Duration.ofHours(1),
				StartOptions.instanceId(id()).tag("team", "red\"%_").at(Instant.now().plusMillis(300)));
		assertThat(client.get(id).orElseThrow().status()).isEqualTo(InstanceStatus.PENDING);
		client.awaitStart(id, Duration.ofSeconds(30));
		List<OrchestrationMetadata> found = client
			.query(InstanceQuery.of(InstanceFilter.all().tag("team", "red\"%_").status(InstanceStatus.RUNNING)))
			.instances();
		assertThat(found).hasSize(1);
		assertThat(found.get(0).customStatus().as(new TypeRef<Map<String, String>>() {
		})).containsEntry("waitingFor", "vote");
		assertThat(client.query(InstanceQuery.of(InstanceFilter.all().tag("team", "red"))).instances()).isEmpty();
		client.terminate(id, "seen");
		finished(id);
	}

	@Test
	void aSuspendedInstanceGoesOnWhenItIsResumed() throws Exception {
		String id = client.start(Approvals::approval, Duration.ofHours(1));
		client.suspend(id, "audit");
		awaitStatus(id, InstanceStatus.SUSPENDED);
		client.raiseEvent(id, "vote", new Vote("Bob", false));
		client.resume(id, "audited");
		assertThat(finished(id).readOutputAs(String.class)).isEqualTo("rejected by Bob");
	}

	@Test
	void terminatingAParentTerminatesItsChildren() throws Exception {
		String child = id();
		String id = client.start(Families::waitingFamily, child);
		awaitStatus(child, InstanceStatus.RUNNING);
		client.terminate(id, "all of you");
		assertThat(finished(id).status()).isEqualTo(InstanceStatus.TERMINATED);
		assertThat(finished(child).status()).isEqualTo(InstanceStatus.TERMINATED);
	}

	@Test
	void rewindRunsTheFailedLeafAgainOnly() throws Exception {
		String account = id();
		bank.failures.put("fee of " + account, new AtomicInteger(1));
		String id = client.start(Families::grandparent, account);
		assertThat(finished(id).status()).isEqualTo(InstanceStatus.FAILED);
		client.rewind(id, "the bank is back");
		OrchestrationMetadata mended = awaitStatus(id, InstanceStatus.COMPLETED);
		assertThat(mended.readOutputAs(String.class)).isEqualTo("paid %s, paid fee of %s".formatted(account, account));
		assertThat(bank.payments.get(account)).hasValue(1);
		assertThat(bank.payments.get("fee of " + account)).hasValue(2);
	}

	@Test
	void restartRunsAgainWithTheSameInput() throws Exception {
		String account = id();
		String id = client.start(Families::payer, account);
		finished(id);
		String again = client.restart(id, true);
		assertThat(finished(again).readInputAs(String.class)).isEqualTo(account);
		assertThat(bank.payments.get(account)).hasValue(2);
	}

	@Test
	void purgeRemovesInstancesWithTheirChildren() throws Exception {
		String id = client.start(Families::family, 5, StartOptions.defaults().tag("purge", "me"));
		finished(id);
		assertThat(client.purge(InstanceFilter.all().name("family").tag("purge", "me"), true, Duration.ofMinutes(1)))
			.isEqualTo(new PurgeResult(6, true));
		assertThat(client.get(id)).isEmpty();
		assertThat(historyRows(id)).isZero();
	}

	@Test
	void anIdThatIsTakenIsUsedAgainAsThePolicyHasIt() throws Exception {
		StartOptions options = StartOptions.instanceId(id());
		String id = client.start(Approvals::approval, Duration.ofHours(1), options);
		assertThatExceptionOfType(InstanceAlreadyExistsException.class)
			.isThrownBy(() -> client.start(Approvals::approval, Duration.ZERO, options));
		client.start(Approvals::approval, Duration.ZERO, options.reuse(IdReusePolicy.REPLACE));
		assertThat(finished(id).readOutputAs(String.class)).isEqualTo("timed out");
		assertThatExceptionOfType(InstanceAlreadyExistsException.class)
			.isThrownBy(() -> client.start(Approvals::approval, Duration.ZERO, options.reuse(IdReusePolicy.REJECT)));
	}

	@Test
	void instancesAreCountedAndListedInPages() throws Exception {
		String prefix = id();
		List<String> ids = IntStream.range(0, 7)
			.mapToObj((i) -> client.start(Approvals::approval, Duration.ZERO, StartOptions.instanceId(prefix + i)))
			.toList();
		for (String id : ids) {
			finished(id);
		}
		InstanceQuery query = InstanceQuery
			.of(InstanceFilter.all().idPrefix(prefix).completed(Instant.now().minusSeconds(3_600), null))
			.pageSize(3);
		InstanceQuery.Page first = client.query(query);
		InstanceQuery.Page second = client.query(query.after(first.continuationToken()));
		InstanceQuery.Page third = client.query(query.after(second.continuationToken()));
		assertThat(List.of(first.instances().size(), second.instances().size(), third.instances().size()))
			.containsExactly(3, 3, 1);
		assertThat(third.continuationToken()).isNull();
		assertThat(client.counts()).filteredOn((count) -> count.name().equals("approval"))
			.filteredOn((count) -> count.status() == InstanceStatus.COMPLETED)
			.extracting(InstanceCount::count)
			.allMatch((count) -> count >= 7);
	}

	@Test
	void aTextThatTheDatabaseRefusesDoesNotReachIt() {
		assertThat(client.get("a\0b")).isEmpty();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> client.start("approval", null, StartOptions.defaults().version("a\0b")))
			.withMessageContaining("version");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> client.query(InstanceQuery.of(InstanceFilter.all().name("a\0b"))))
			.withMessageContaining("name to look for");
	}

	@Test
	void aPatchIsTakenByNewInstances() throws Exception {
		assertThat(finished(client.start(Patient::patched)).readOutputAs(Instant.class)).isAfter(Instant.EPOCH);
		assertThat(client.isPatchPending("patched", "later-now")).isFalse();
	}

	@Test
	void tenMegabytesPassABrokerThatTakesOne() throws Exception {
		String large = "0123456789".repeat(1024 * 1024);
		String id = client.start(Patient::mirror, large);
		OrchestrationMetadata finished = finished(id);
		assertThat(finished.readOutputAs(String.class)).hasSameSizeAs(large).startsWith("9876543210");
		assertThat(finished.readInputAs(String.class)).isEqualTo(large);
		// Input and output of the instance, and the outcome of its call.
		assertThat(payloadRows(id)).isEqualTo(3);
		client.purge(id, true);
		assertThat(payloadRows(id)).isZero();
	}

	@Test
	void theOutboxDrains() throws Exception {
		finished(client.start(Families::family, 3));
		Awaitility.await()
			.atMost(20, TimeUnit.SECONDS)
			.until(() -> jdbc.queryForObject(
					"select count(*) from durable_outbox where hub = ? and due_at < current_timestamp", Integer.class,
					HUB) == 0);
	}

	private static String id() {
		return UUID.randomUUID().toString();
	}

	private static int historyRows(String id) {
		return jdbc.queryForObject("select count(*) from durable_history where hub = ? and instance_id = ?",
				Integer.class, HUB, id);
	}

	private static int payloadRows(String id) {
		return jdbc.queryForObject("select count(*) from durable_payload where hub = ? and instance_id = ?",
				Integer.class, HUB, id);
	}

	private static OrchestrationMetadata awaitStatus(String id, InstanceStatus status) {
		return Awaitility.await()
			.atMost(30, TimeUnit.SECONDS)
			.until(() -> client.get(id), (found) -> found.filter((one) -> one.status() == status).isPresent())
			.orElseThrow();
	}

	private static OrchestrationMetadata finished(String instanceId) throws Exception {
		return client.awaitCompletion(instanceId, Duration.ofSeconds(60));
	}

}
