package io.durablespring.example.http;

import java.time.YearMonth;
import java.util.List;
import java.util.stream.IntStream;

import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.Task;

import org.springframework.stereotype.Component;

/**
 * Adds up a year's sales, which takes a while.
 */
@Component
class SalesReport {

	// tag::orchestrator[]
	@Orchestrator("SalesReport")
	Report create(OrchestrationContext ctx, ReportRequest request) {
		List<Task<Long>> months = IntStream.rangeClosed(1, 12)
			.mapToObj((month) -> ctx.callActivity(Ledger::sales, YearMonth.of(request.year(), month)))
			.toList();
		long sales = 0;
		for (int month = 0; month < months.size(); month++) {
			ctx.setCustomStatus(month + " of 12 months");
			sales += months.get(month).await();
		}
		return new Report(request.year(), sales);
	}
	// end::orchestrator[]

}
