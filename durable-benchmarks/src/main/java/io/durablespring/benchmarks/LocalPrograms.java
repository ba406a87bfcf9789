package io.durablespring.benchmarks;

import java.util.concurrent.atomic.LongAdder;

import io.durablespring.Activity;

/**
 * The same programs with activities that run where the instance is.
 */
class LocalPrograms extends DurablePrograms {

	LocalPrograms(LongAdder steps) {
		super(steps);
	}

	@Override
	@Activity(local = true)
	String same(String text) {
		return super.same(text);
	}

	@Override
	@Activity(local = true)
	String greet(String city) {
		return super.greet(city);
	}

	@Override
	@Activity(local = true)
	int increment(int number) {
		return super.increment(number);
	}

	@Override
	@Activity(local = true)
	int identity(int number) {
		return super.identity(number);
	}

}
