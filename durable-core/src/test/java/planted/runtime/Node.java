package planted.runtime;

/**
 * What other planted classes may use.
 */
public final class Node {

}
