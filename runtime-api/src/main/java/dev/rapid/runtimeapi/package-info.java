/**
 * The HTTP API that a runtime polls for its invocations (contract runtime-extensions-telemetry,
 * section 1).
 *
 * <p>Begin with {@link dev.rapid.runtimeapi.RuntimeApiServer}, the address of one sandbox. {@code
 * RuntimeRoutes} is the table of its endpoints, one handler each: {@code NextHandler} parks polls,
 * {@code ReplyHandler} takes responses and errors, {@code RestoreHandler} and {@code
 * InitErrorHandler} the rest of the lifecycle. {@code RuntimeApiErrors} turns refusals into
 * answers.
 */
@NullMarked
package dev.rapid.runtimeapi;

import org.jspecify.annotations.NullMarked;
