/** The port through which a sandbox starts and ends the function's processes. */
@NullMarked
package dev.rapid.core.process;

import org.jspecify.annotations.NullMarked;
