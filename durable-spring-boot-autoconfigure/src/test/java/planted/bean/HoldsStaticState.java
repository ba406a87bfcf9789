package planted.bean;

/**
 * Breaks a rule: state belongs to objects.
 */
final class HoldsStaticState {

	static int counter;

}
