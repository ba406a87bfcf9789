package io.durablespring.faults;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * How long it takes until everything is as before, once a node has been killed. Orders
 * come at a rate that one node alone could do, so what is missing is who does the work,
 * not the power to do it.
 */
final class Recovery {

	private static final PrintStream OUT = System.out;

	private static final int RATE = 10;

	private static final List<String> QUICK = List.of("sequence", "fanOut");

	/** What an average is taken of. */
	private static final Duration WINDOW = Duration.ofSeconds(3);

	private static final Duration STEP = Duration.ofMillis(100);

	private static final Duration BEFORE = Duration.ofSeconds(12);

	private static final Duration AFTER = Duration.ofSeconds(25);

	private static final double RECOVERED = 0.9;

	private final List<Instant> begins = new ArrayList<>();

	private final List<Instant> ends = new ArrayList<>();

	private final Instant kill;

	private Recovery(Connection connection, Instant kill) throws SQLException {
		this.kill = kill;
		try (ResultSet row = connection.createStatement()
			.executeQuery("select created_at, completed_at from durable_instance where id like 'steady-%'")) {
			while (row.next()) {
				this.begins.add(row.getObject(1, OffsetDateTime.class).toInstant());
				if (row.getObject(2) != null) {
					this.ends.add(row.getObject(2, OffsetDateTime.class).toInstant());
				}
			}
		}
	}

	/** Every other time, another node starts at once. */
	static void afterKills(int rounds) throws Exception {
		try (Hub hub = Hub.start("recovery", 2)) {
			hub.keepPace(RATE, QUICK);
			for (int i = 0; i < rounds; i++) {
				boolean replaced = i % 2 == 1;
				await().atMost(Duration.ofMinutes(1)).until(() -> hub.nodes().stream().allMatch(Node::isReady));
				Moments.pass(BEFORE.plus(WINDOW));
				Instant kill = Instant.now();
				hub.kill(hub.moments.oneOf(hub.nodes()));
				if (replaced) {
					hub.add();
				}
				Moments.pass(AFTER);
				try (Connection connection = hub.connect()) {
					new Recovery(connection, kill).print(replaced);
				}
				if (!replaced) {
					hub.add();
				}
			}
			hub.finishAndCheck();
		}
	}

	private void print(boolean replaced) {
		double before = rate(this.kill.minus(BEFORE), BEFORE);
		Instant worst = this.kill;
		for (Instant at = this.kill; isKnown(at); at = at.plus(STEP)) {
			worst = (rate(at, WINDOW) < rate(worst, WINDOW)) ? at : worst;
		}
		Instant recovered = worst;
		while (isKnown(recovered) && rate(recovered, WINDOW) < RECOVERED * before) {
			recovered = recovered.plus(STEP);
		}
		assertThat(isKnown(recovered)).as("back to %.1f orders a second", before).isTrue();
		recovered = recovered.plus(WINDOW);
		long usual = 0;
		for (Instant at = this.kill.minus(BEFORE); at.isBefore(this.kill); at = at.plus(STEP)) {
			usual = Math.max(usual, open(at));
		}
		Instant drained = this.kill;
		for (Instant at = this.kill; isKnown(at); at = at.plus(STEP)) {
			drained = (open(at) > open(drained)) ? at : drained;
		}
		long most = open(drained);
		while (isKnown(drained) && open(drained) > usual) {
			drained = drained.plus(STEP);
		}
		assertThat(isKnown(drained)).as("back to %d orders under way", usual).isTrue();
		OUT.printf(Locale.ROOT,
				"RECOVERY seconds=%.1f drained=%.1f session=%.1f before=%.1f/s worst=%.1f/s open=%d most=%d replaced=%s%n",
				since(recovered), since(drained), Broker.SESSION.toMillis() / 1e3, before, rate(worst, WINDOW), usual,
				most, replaced);
	}

	private boolean isKnown(Instant at) {
		return at.isBefore(this.kill.plus(AFTER).minus(WINDOW));
	}

	private double since(Instant at) {
		return Duration.between(this.kill, at).toMillis() / 1e3;
	}

	/** Orders a second. */
	private double rate(Instant begin, Duration window) {
		Instant end = begin.plus(window);
		return this.ends.stream().filter((at) -> !at.isBefore(begin) && at.isBefore(end)).count()
				/ (window.toMillis() / 1e3);
	}

	private long open(Instant at) {
		return this.begins.stream().filter((begin) -> begin.isBefore(at)).count()
				- this.ends.stream().filter((end) -> end.isBefore(at)).count();
	}

}
