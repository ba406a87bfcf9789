package planted.jpa;

/**
 * What other planted classes may use.
 */
public final class Table {

}
