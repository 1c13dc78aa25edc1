/**
 * What a process writes: an {@link dev.rapid.bootstrap.output.OutputPipe} reads stdout, stderr and
 * framed logs and hands them to an {@code OutputListener}, in order and with the marks that order
 * it among lifecycle events.
 */
@NullMarked
package dev.rapid.bootstrap.output;

import org.jspecify.annotations.NullMarked;
