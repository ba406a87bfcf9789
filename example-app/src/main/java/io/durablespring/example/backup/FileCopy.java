package io.durablespring.example.backup;

/**
 * One file to copy.
 *
 * @param root the directory to copy from
 * @param target the directory to copy to
 * @param file the file, relative to either, with {@code /} between names
 */
record FileCopy(String root, String target, String file) {
}
