/**
 * Code that pages of the documentation include, where no example of the application has
 * it. Compiled, and run by tests. Depends on the API of durable-spring only.
 */
@NullMarked
package io.durablespring.example.docs;

import org.jspecify.annotations.NullMarked;
