/**
 * Stand-ins for the world around a sandbox: time, processes, the runtime's calls and callers. The
 * tests of other modules use them too.
 */
@NullMarked
package dev.rapid.core.testing;

import org.jspecify.annotations.NullMarked;
