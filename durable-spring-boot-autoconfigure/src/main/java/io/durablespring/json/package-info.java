/**
 * JSON by Jackson: the stored form of history and of the application's values. Depends on
 * the API and history packages only.
 */
@NullMarked
package io.durablespring.json;

import org.jspecify.annotations.NullMarked;
