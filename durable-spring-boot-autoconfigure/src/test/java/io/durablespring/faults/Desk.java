package io.durablespring.faults;

import java.util.List;

import io.durablespring.DurableClient;
import io.durablespring.StartOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes orders and signals from tables. Each is taken, and handed to the client, in one
 * transaction of the user's: an order that is marked as taken has an instance.
 */
@Component
class Desk {

	private static final Logger logger = LoggerFactory.getLogger(Desk.class);

	private final JdbcTemplate jdbc;

	private final DurableClient client;

	private final TransactionTemplate transaction;

	Desk(JdbcTemplate jdbc, DurableClient client, TransactionTemplate transaction) {
		this.jdbc = jdbc;
		this.client = client;
		this.transaction = transaction;
	}

	@Scheduled(fixedDelay = 50)
	void work() {
		try {
			while (Boolean.TRUE.equals(this.transaction.execute((status) -> takeOrder()))
					| Boolean.TRUE.equals(this.transaction.execute((status) -> takeSignal()))) {
				logger.debug("There may be more");
			}
		}
		catch (RuntimeException ex) {
			// Whatever has become of the transaction, the tables know.
			logger.warn("Will try again: {}", ex.toString());
		}
	}

	private boolean takeOrder() {
		record Taken(String kind, Order order) {
		}
		List<Taken> taken = this.jdbc.query("""
				update workload_order set taken = true where id = (
				  select id from workload_order where not taken limit 1 for update skip locked)
				returning id, kind, size, number""", (row, index) -> new Taken(row.getString("kind"),
				new Order(row.getString("id"), row.getInt("size"), row.getInt("number"))));
		taken.forEach((one) -> this.client.start(one.kind(), one.order(), StartOptions.instanceId(one.order().id())));
		return !taken.isEmpty();
	}

	private boolean takeSignal() {
		record Taken(String orderId, int number) {
		}
		List<Taken> taken = this.jdbc.query("""
				update workload_signal set taken = true where id = (
				  select s.id from workload_signal s join workload_order o on o.id = s.order_id
				  where not s.taken and o.taken limit 1 for update of s skip locked)
				returning order_id, number""",
				(row, index) -> new Taken(row.getString("order_id"), row.getInt("number")));
		taken.forEach((one) -> this.client.raiseEvent(one.orderId(), "signal", one.number()));
		return !taken.isEmpty();
	}

}
