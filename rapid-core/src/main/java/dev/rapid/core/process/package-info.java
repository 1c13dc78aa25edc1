/**
 * The port through which a sandbox starts and ends the processes of a function. Begin with {@link
 * dev.rapid.core.process.Processes}; the module {@code bootstrap} implements it.
 */
@NullMarked
package dev.rapid.core.process;

import org.jspecify.annotations.NullMarked;
