package planted.runtime;

/**
 * Breaks a rule: a class is final unless it is made to be extended.
 */
class IsOpen {

}
