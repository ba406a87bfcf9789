package io.durablespring.example.docs;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.durablespring.HistoryEntry;
import io.durablespring.InstanceAlreadyExistsException;
import io.durablespring.InstanceFilter;
import io.durablespring.InstanceQuery;
import io.durablespring.InstanceStatus;
import io.durablespring.StartOptions;
import io.durablespring.TypeRef;
import io.durablespring.local.InMemoryStore;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The code of the documentation does what its pages say.
 */
class SampleCodeTests {

	private final InMemoryStore store = new InMemoryStore();

	private static Order order(String id, String customer) {
		return new Order(id, customer, BigDecimal.TEN);
	}

	private DocsNode bank() {
		return new DocsNode(this.store, new Payments(), new Bank());
	}

	@Test
	void aCallIsTriedAgainAsItsOptionsSay() throws Exception {
		try (DocsNode node = bank()) {
			String id = node.client().start(Payments::checkBalance, "Ada");
			assertThat(node.output(id, Integer.class)).isEqualTo(3);
			assertThat(node.client().history(id)).filteredOn((entry) -> entry.type().equals("TaskScheduled"))
				.extracting(HistoryEntry::attempt)
				.containsExactly(1, 2, 3);
			String handled = node.client().start(Payments::checkBalanceOfClosedBank, "Ada");
			assertThat(node.output(handled, Integer.class)).isEqualTo(3);
		}
	}

	@Test
	void aBlockedCardIsToldByItsCode() throws Exception {
		try (DocsNode node = bank()) {
			assertThat(node.output(node.client().start(Payments::pay, order("1", "Ada")), Receipt.class))
				.isEqualTo(new Receipt(true, "payment-1"));
			String id = node.client().start(Payments::pay, order("2", "blocked"));
			assertThat(node.output(id, Receipt.class)).isEqualTo(new Receipt(false, "Card blocked: 43"));
			assertThat(node.client().history(id)).filteredOn((entry) -> entry.type().equals("TaskScheduled"))
				.hasSize(1);
		}
	}

	@Test
	void whatWasPaidIsTakenBackWhenAnotherPaymentFails() throws Exception {
		try (DocsNode node = bank()) {
			String id = node.client()
				.start(Payments::payAll, List.of(order("1", "Ada"), order("2", "blocked"), order("3", "Alan")));
			assertThat(node.await(id).status()).isEqualTo(InstanceStatus.FAILED);
			assertThat(node.client().history(id))
				.filteredOn((entry) -> entry.type().equals("TaskScheduled") && "Refund".equals(entry.name()))
				.extracting((entry) -> String.valueOf(entry.payload()))
				.containsExactly("\"payment-1\"", "\"payment-3\"");
		}
	}

	@Test
	void aDeadlineIsCancelledWhenTheWorkIsDone() throws Exception {
		try (DocsNode node = bank()) {
			String id = node.client().start(Payments::payInTime, order("1", "Ada"));
			assertThat(node.output(id, Receipt.class).paid()).isTrue();
			assertThat(node.client().history(id)).extracting(HistoryEntry::type).contains("TimerCanceled");
		}
	}

	@Test
	void theRootOfAChildsFailureIsItsActivitys() throws Exception {
		try (DocsNode node = bank()) {
			String id = node.client().start(Payments::payByChild, order("1", "blocked"));
			assertThat(node.output(id, Receipt.class))
				.isEqualTo(new Receipt(false, CardBlockedException.class.getName()));
		}
	}

	@Test
	void bookingsAreUndoneInReverseOrder() throws Exception {
		Trips trips = new Trips();
		try (DocsNode node = new DocsNode(this.store, trips)) {
			String id = node.client().start(Trips::bookTrip, List.of("flight", "hotel", " "));
			assertThat(node.await(id).status()).isEqualTo(InstanceStatus.FAILED);
			assertThat(trips.journal).containsExactly("book flight", "book hotel", "cancel hotel", "cancel flight");
		}
	}

	@Test
	void versionsRunSideBySide() throws Exception {
		Orders orders = new Orders();
		try (DocsNode node = new DocsNode(this.store, orders)) {
			orders.startSome(node.client(), order("1", "Ada"));
			String all = node.client().start(Orders::orderAll, List.of(order("2", "Ada")));
			assertThat(node.await(all).readOutputAs(new TypeRef<List<String>>() {
			})).containsExactly("parcel-2");
			String eternal = node.client().start("Restock", 0, StartOptions.defaults().version("1"));
			assertThat(node.output(eternal, String.class)).isEqualTo("all shelves are full, says version 2");
			assertThat(orders.isUnused(node.client(), "3")).isTrue();
		}
	}

	@Test
	void newInstancesTakeTheNewBranchAndThoseThatHaveNotComeToItArePending() throws Exception {
		PatchedOrders patched = new PatchedOrders();
		try (DocsNode node = new DocsNode(this.store, new PatchedOrders.Both(), new Orders())) {
			String id = node.client().start("PatchedOrder", order("1", "Ada"));
			assertThat(node.output(id, String.class)).isEqualTo("parcel-1");
			assertThat(node.client().history(id)).extracting(HistoryEntry::type).contains("PatchMarked");
			assertThat(patched.mayGo(node.client())).isTrue();
			Instant rolledOut = Instant.now();
			Instant later = rolledOut.plus(Duration.ofDays(1));
			node.client().start("PatchedOrder", order("2", "Ada"), StartOptions.defaults().at(later));
			assertThat(patched.mayGo(node.client())).isFalse();
			assertThat(patched.mayGo(node.client(), rolledOut)).isTrue();
		}
		try (DocsNode node = new DocsNode(this.store, new PatchedOrders.After(), new Orders())) {
			String id = node.client().start("PatchedOrder", order("3", "Ada"));
			assertThat(node.output(id, String.class)).isEqualTo("parcel-3");
		}
	}

	@Test
	void anEventIsThereForTheInstanceThatItStarts() throws Exception {
		try (DocsNode node = new DocsNode(this.store, new Newsletter())) {
			new Operator(node.client()).confirm("Ada");
			assertThat(node.output("subscription-Ada", String.class)).isEqualTo("Ada");
		}
	}

	@Test
	void anIssueIsSentToEveryReader() throws Exception {
		try (DocsNode node = new DocsNode(this.store, new Newsletter())) {
			String id = node.client().start(Newsletter::issue, List.of("Ada", "Alan"));
			node.client().raiseEvent(id, "SEND-NOW", null);
			assertThat(node.await(id).status()).isEqualTo(InstanceStatus.COMPLETED);
			InstanceFilter letters = InstanceFilter.all().name("Letter").tag("reader", "Ada");
			assertThat(node.client().query(InstanceQuery.of(letters)).instances()).hasSize(1);
		}
	}

	@Test
	void anOperatorStartsListsResumesAndPurges() throws Exception {
		Instant begin = Instant.now();
		try (DocsNode node = new DocsNode(this.store, new Orders())) {
			Operator operator = new Operator(node.client());
			String id = operator.orderTomorrow(order("1", "Ada"), begin);
			assertThat(node.await(id).status()).isEqualTo(InstanceStatus.COMPLETED);
			assertThatExceptionOfType(InstanceAlreadyExistsException.class)
				.isThrownBy(() -> operator.orderTomorrow(order("1", "Ada"), begin));
			operator.list("Ada", begin);
			operator.resumeAfterRollOut();
			assertThat(operator.purge(Instant.now().plusSeconds(1))).isTrue();
			assertThat(node.client().get(id)).isEmpty();
		}
	}

}
