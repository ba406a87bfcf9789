package planted;

/**
 * Breaks a rule: the API depends on nothing else.
 */
final class ApiUsesHistory {

	planted.history.Event event;

}
