package io.durablespring.example.http;

import java.time.Duration;
import java.time.YearMonth;

import io.durablespring.Activity;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Stands for a slow system that knows what was sold.
 */
@Component
class Ledger {

	private final Duration delay;

	Ledger(@Value("${http.delay:2s}") Duration delay) {
		this.delay = delay;
	}

	@Activity("MonthlySales")
	long sales(YearMonth month) throws InterruptedException {
		Thread.sleep(this.delay.dividedBy(month.getMonthValue()).toMillis());
		return 100L * month.getYear() + month.getMonthValue();
	}

}
