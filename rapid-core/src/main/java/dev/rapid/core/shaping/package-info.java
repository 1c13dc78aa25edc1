/** How fast a streamed response reaches its caller: a token bucket without a thread. */
@NullMarked
package dev.rapid.core.shaping;

import org.jspecify.annotations.NullMarked;
