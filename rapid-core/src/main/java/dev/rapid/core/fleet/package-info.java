/** Which sandbox takes which invocation, and who waits. */
@NullMarked
package dev.rapid.core.fleet;

import org.jspecify.annotations.NullMarked;
