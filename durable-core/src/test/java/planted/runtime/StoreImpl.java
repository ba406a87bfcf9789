package planted.runtime;

/**
 * Breaks a rule: this name tells nothing.
 */
final class StoreImpl {

}
