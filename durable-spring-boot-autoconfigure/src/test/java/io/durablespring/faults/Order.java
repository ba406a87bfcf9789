package io.durablespring.faults;

/**
 * What orders of every kind are made of.
 *
 * @param id the order's id, which is that of its instance
 * @param size how much there is to do
 * @param number what the calculation begins with
 */
record Order(String id, int size, int number) {

	String step(int index) {
		return this.id + "/" + index;
	}

}
