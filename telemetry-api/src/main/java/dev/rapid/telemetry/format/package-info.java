/**
 * Formats of lifecycle events and lines of output. {@link dev.rapid.telemetry.format.EventFormat}
 * is one form: the platform's log lines as text ({@link dev.rapid.telemetry.format.TextFormat}) or
 * JSON ({@link dev.rapid.telemetry.format.JsonFormat}), or the records of one of the two APIs.
 */
@NullMarked
package dev.rapid.telemetry.format;

import org.jspecify.annotations.NullMarked;
