package planted.history;

/**
 * What other planted classes may use.
 */
public final class Event {

}
