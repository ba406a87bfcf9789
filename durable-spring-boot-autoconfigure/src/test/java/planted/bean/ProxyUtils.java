package planted.bean;

/**
 * Breaks a rule: this name tells nothing.
 */
final class ProxyUtils {

}
