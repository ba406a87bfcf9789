package io.durablespring.example.backup;

/**
 * What was backed up.
 *
 * @param files how many files
 * @param bytes how many bytes in all
 */
record BackupResult(int files, long bytes) {
}
