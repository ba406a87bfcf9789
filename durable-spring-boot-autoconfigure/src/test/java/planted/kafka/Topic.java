package planted.kafka;

/**
 * What other planted classes may use.
 */
public final class Topic {

}
