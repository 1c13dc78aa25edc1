/**
 * The function's log. {@link dev.rapid.telemetry.log.InvocationLog} orders lifecycle events and
 * output; {@link dev.rapid.telemetry.log.LineWriter} writes the lines without blocking its callers.
 */
@NullMarked
package dev.rapid.telemetry.log;

import org.jspecify.annotations.NullMarked;
