package planted.spi;

import planted.history.Event;

/**
 * Keeps to the rules. Its use of history is one half of a planted cycle.
 */
public interface Store {

	void add(Event event);

}
