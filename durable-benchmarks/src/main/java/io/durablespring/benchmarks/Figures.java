package io.durablespring.benchmarks;

/**
 * Takes what is measured.
 */
@FunctionalInterface
interface Figures {

	/** For runs that do not count. */
	Figures NONE = (metric, value, unit) -> {
	};

	/**
	 * Notes a figure.
	 * @param metric what it tells
	 * @param value the figure
	 * @param unit its unit; of those that end in "/s" more is better, of others less
	 */
	void note(String metric, double value, String unit);

}
