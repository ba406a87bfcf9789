package io.durablespring.example.docs;

import io.durablespring.Activity;
import io.durablespring.ActivityContext;
import io.durablespring.DurableClient;
import io.durablespring.InstanceEndedEvent;
import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.StartOptions;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.event.TransactionalEventListener;

/**
 * What orchestrations do in transactions of the application. No component: the example
 * application would find it.
 */
class Warehouse {

	private final JdbcClient database;

	private final DurableClient client;

	private final ActivityContext call;

	private final Courier courier;

	Warehouse(JdbcClient database, DurableClient client, ActivityContext call, Courier courier) {
		this.database = database;
		this.client = client;
		this.call = call;
		this.courier = courier;
	}

	// tag::client[]
	@Transactional
	public void accept(String orderId, String article) {
		this.database.sql("INSERT INTO purchase (id, article) VALUES (?, ?)").params(orderId, article).update();
		this.client.start(Warehouse::deliver, article, StartOptions.instanceId(orderId));
	}
	// end::client[]

	@Orchestrator("Deliver")
	public String deliver(OrchestrationContext ctx, String article) {
		ctx.callActivity(Warehouse::take, article).await();
		return ctx.callActivity(Warehouse::send, article).await();
	}

	// tag::transactional[]
	@Activity("Take")
	@Transactional
	public void take(String article) {
		int taken = this.database.sql("UPDATE stock SET pieces = pieces - 1 WHERE article = ? AND pieces > 0")
			.param(article)
			.update();
		if (taken == 0) {
			throw new IllegalStateException("No " + article + " in stock");
		}
	}
	// end::transactional[]

	// tag::idempotency[]
	@Activity("Send")
	public String send(String article) {
		return this.courier.send(this.call.idempotencyKey(), article);
	}
	// end::idempotency[]

	// tag::event[]
	@TransactionalEventListener
	public void tell(InstanceEndedEvent.Failed ended) {
		this.courier.complain(ended.instanceId() + ": " + ended.failure().message());
	}
	// end::event[]

	/**
	 * A service that sends a parcel once for each key.
	 */
	interface Courier {

		String send(String key, String article);

		void complain(String text);

	}

}
