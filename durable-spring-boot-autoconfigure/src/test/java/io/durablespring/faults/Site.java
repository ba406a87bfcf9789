package io.durablespring.faults;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What the nodes of a hub stand on.
 *
 * @param broker their broker
 * @param lines the ways to the broker that they take in turn; none for the direct one
 * @param database their database server
 * @param databasePort where they reach it
 * @param tablespace where their tables are; {@code null} for the usual place
 */
record Site(Broker broker, List<CuttingProxy> lines, Database database, int databasePort, @Nullable String tablespace) {

	static Site usual() {
		Database database = FaultServers.DATABASE;
		return new Site(FaultServers.BROKER, List.of(), database, database.port(), null);
	}

	Site on(Broker other) {
		return new Site(other, this.lines, this.database, this.databasePort, this.tablespace);
	}

	Site byLines() {
		return new Site(this.broker, this.broker.lines(), this.database, this.databasePort, this.tablespace);
	}

	Site by(CuttingProxy proxy) {
		return new Site(this.broker, this.lines, this.database, proxy.port(), this.tablespace);
	}

	Site in(String space) {
		return new Site(this.broker, this.lines, this.database, this.databasePort, space);
	}

	/** How one of the nodes reaches the broker. */
	String brokerAddress(int node) {
		return this.lines.isEmpty() ? this.broker.address()
				: "localhost:" + this.lines.get(node % this.lines.size()).port();
	}

}
