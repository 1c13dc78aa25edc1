/** Who waits for a sandbox. */
@NullMarked
package dev.rapid.core.fleet;

import org.jspecify.annotations.NullMarked;
