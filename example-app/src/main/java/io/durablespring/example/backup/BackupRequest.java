package io.durablespring.example.backup;

/**
 * What to back up. Absolute paths: the activities may run in another process.
 *
 * @param root the directory to copy from
 * @param target the directory to copy to
 */
record BackupRequest(String root, String target) {
}
