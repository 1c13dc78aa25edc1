/**
 * How fast a streamed response reaches its caller: a token bucket without a thread. Begin with
 * {@link dev.rapid.core.shaping.ResponseShaper}.
 */
@NullMarked
package dev.rapid.core.shaping;

import org.jspecify.annotations.NullMarked;
