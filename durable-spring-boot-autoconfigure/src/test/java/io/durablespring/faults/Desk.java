package io.durablespring.faults;

import java.util.List;

import io.durablespring.DurableClient;
import io.durablespring.DurableClient.Signal;
import io.durablespring.StartOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes orders, signals and commands from tables. Each is taken, and handed to the
 * client, in one transaction of the user's: an order that is marked as taken has an
 * instance.
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
					| Boolean.TRUE.equals(this.transaction.execute((status) -> takeSignal()))
					| Boolean.TRUE.equals(this.transaction.execute((status) -> takeCommand()))) {
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
		// The first signal of a basket starts it, whichever comes first.
		taken.stream()
			.filter((one) -> !one.kind().equals("basket"))
			.forEach((one) -> this.client.start(one.kind(), one.order(), StartOptions.instanceId(one.order().id())));
		return !taken.isEmpty();
	}

	private boolean takeSignal() {
		record Taken(int number, String kind, Order order) {
		}
		List<Taken> taken = this.jdbc.query("""
				update workload_signal s set taken = true from workload_order o where o.id = s.order_id and s.id = (
				  select s.id from workload_signal s join workload_order o on o.id = s.order_id
				  where not s.taken and o.taken
				  and not exists (select 1 from workload_command c where c.order_id = o.id and not c.taken)
				  limit 1 for update of s skip locked)
				returning s.number as signal, o.kind, o.id, o.size, o.number""",
				(row, index) -> new Taken(row.getInt("signal"), row.getString("kind"),
						new Order(row.getString("id"), row.getInt("size"), row.getInt("number"))));
		for (Taken one : taken) {
			if (one.kind().equals("basket")) {
				this.client.signalWithStart(one.kind(), one.order(), StartOptions.instanceId(one.order().id()),
						new Signal("signal", one.number()));
			}
			else {
				this.client.raiseEvent(one.order().id(), "signal", one.number());
			}
		}
		return !taken.isEmpty();
	}

	/**
	 * What is suspended is resumed only then: two that were given at once may arrive in
	 * any order. What has failed is rewound until it has not.
	 */
	private boolean takeCommand() {
		record Taken(String orderId, String command) {
		}
		List<Taken> taken = this.jdbc.query("""
				update workload_command set taken = true, due = now() + interval '3 s' where id = (
				  select c.id from workload_command c join durable_instance i on i.id = c.order_id
				  where c.due <= now() and (not c.taken and c.command in ('terminate', 'suspend')
				  or not c.taken and c.command = 'resume' and i.status = 'SUSPENDED'
				  or c.command = 'rewind' and i.status = 'FAILED')
				  limit 1 for update of c skip locked)
				returning order_id, command""",
				(row, index) -> new Taken(row.getString("order_id"), row.getString("command")));
		for (Taken one : taken) {
			switch (one.command()) {
				case "terminate" -> this.client.terminate(one.orderId(), "recalled");
				case "suspend" -> this.client.suspend(one.orderId(), "wait");
				case "resume" -> this.client.resume(one.orderId(), "go on");
				case "rewind" -> this.client.rewind(one.orderId(), "repaired");
				default -> throw new IllegalStateException(one.toString());
			}
		}
		return !taken.isEmpty();
	}

}
