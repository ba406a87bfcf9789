package planted.json;

/**
 * What other planted classes may use.
 */
public final class Json {

}
