package planted.engine;

/**
 * What other planted classes may use.
 */
public final class Step {

}
