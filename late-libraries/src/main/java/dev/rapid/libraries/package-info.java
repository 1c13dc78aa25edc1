/**
 * Libraries that a plain start does not use. The packaged program has them in directories beside
 * its jar, not on its class path: the start opens each jar of the class path, which takes up to
 * some milliseconds for each. {@link dev.rapid.libraries.LateLibraries} loads them when they are
 * needed.
 */
@NullMarked
package dev.rapid.libraries;

import org.jspecify.annotations.NullMarked;
