/**
 * Lambda's vocabulary, which front ends, the APIs for the function's processes, the control API and
 * telemetry share. Nothing here knows HTTP servers or processes.
 */
@NullMarked
package dev.rapid.lambda;

import org.jspecify.annotations.NullMarked;
