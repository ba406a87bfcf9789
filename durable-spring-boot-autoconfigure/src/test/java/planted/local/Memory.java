package planted.local;

/**
 * What other planted classes may use.
 */
public final class Memory {

}
