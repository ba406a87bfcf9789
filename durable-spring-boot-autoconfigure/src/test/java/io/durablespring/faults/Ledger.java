package io.durablespring.faults;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

import io.durablespring.Activity;
import io.durablespring.ActivityContext;
import io.durablespring.Retry;
import jakarta.persistence.EntityManager;

import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Activities that join the transaction: what they book happens exactly once.
 */
@Component
@Transactional
class Ledger {

	private final EntityManager entityManager;

	private final ActivityContext call;

	Ledger(EntityManager entityManager, ActivityContext call) {
		this.entityManager = entityManager;
		this.call = call;
	}

	// The database may be away, and a user would want it to be tried again.
	@Activity(retry = @Retry(maxAttempts = 1000, firstRetryInterval = "100ms", backoffCoefficient = 2,
			maxRetryInterval = "2s"))
	int book(Item item) {
		this.entityManager.persist(new Booking(item.step(), item.number(), this.call.idempotencyKey()));
		return (item.number() * 3) % 10_007 + 1;
	}

	/**
	 * Fails so often, and now and then besides, each time after it has booked. So of two
	 * deliveries of one attempt one may fail and the other one not.
	 */
	@Activity(retry = @Retry(maxAttempts = 1000, firstRetryInterval = "30ms"))
	int bookStubbornly(Item item) {
		int booked = book(item);
		this.entityManager.flush();
		if (this.call.attempt() <= item.failures() || ThreadLocalRandom.current().nextInt(3) == 0) {
			throw new IllegalStateException("not now");
		}
		return booked;
	}

	/** Holds its transaction open for a while: what ends it then must take all along. */
	@Activity(retry = @Retry(maxAttempts = 1000, firstRetryInterval = "100ms"))
	int bookSlowly(Item item) {
		int booked = book(item);
		this.entityManager.flush();
		Moments.pass(Duration.ofMillis(100 + ThreadLocalRandom.current().nextInt(1500)));
		return booked;
	}

	/** Fails once and for all, until somebody has rewound the order. */
	@Activity(retry = @Retry(maxAttempts = 1))
	int bookOnceRepaired(Item item) {
		int booked = book(item);
		this.entityManager.flush();
		String order = item.step().replaceFirst("(-child\\d+)?/.*", "");
		if (this.entityManager
			.createNativeQuery("select id from workload_command where order_id = ? and command = 'rewind' and taken")
			.setParameter(1, order)
			.getResultList()
			.isEmpty()) {
			throw new IllegalStateException("not repaired");
		}
		return booked;
	}

	@Activity(retry = @Retry(maxAttempts = 1))
	int refuse(Item item) {
		book(item);
		this.entityManager.flush();
		throw new IllegalArgumentException("refused");
	}

	/**
	 * Something to book or to post.
	 *
	 * @param step which step of which order this is, unique among all
	 * @param number goes into the result
	 * @param failures how many attempts fail
	 */
	record Item(String step, int number, int failures) {

		Item(String step, int number) {
			this(step, number, 0);
		}

	}

}
