package planted.stray;

/**
 * Breaks two rules: its package is unknown, and not null-marked.
 */
final class Stray {

}
