/**
 * HTTP APIs and REST APIs: turns HTTP requests into invocations of functions, and their results
 * into HTTP responses.
 */
@NullMarked
package dev.rapid.gateway;

import org.jspecify.annotations.NullMarked;
