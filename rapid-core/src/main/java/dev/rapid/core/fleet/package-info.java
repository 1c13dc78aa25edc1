/**
 * Which sandbox takes which invocation, and which invocations wait. Begin with {@link
 * dev.rapid.core.fleet.Fleet}.
 */
@NullMarked
package dev.rapid.core.fleet;

import org.jspecify.annotations.NullMarked;
