package io.durablespring;

/**
 * What a purge did.
 *
 * @param deletedInstances how many instances were removed
 * @param complete whether all that were asked for were; otherwise the time was over, and
 * the same purge goes on with the rest
 */
public record PurgeResult(int deletedInstances, boolean complete) {
}
