/**
 * Lifecycle events and the output of processes, as log lines, records and meters.
 *
 * <p>Begin with {@link dev.rapid.telemetry.log.InvocationLog}: it gives lifecycle events and output
 * one order. Behind it, {@link dev.rapid.telemetry.subscription.TelemetryHub} makes records of both
 * and hands them to subscribers. The packages depend on each other in this order, each only on
 * earlier ones:
 *
 * <ul>
 *   <li>{@link dev.rapid.telemetry.format}: events and lines as text and JSON
 *   <li>{@link dev.rapid.telemetry.log}: the function's log
 *   <li>{@link dev.rapid.telemetry.delivery}: queues of subscribers, batches, and how they are sent
 *   <li>{@link dev.rapid.telemetry.subscription}: the APIs to subscribe, and who gets which records
 *   <li>{@link dev.rapid.telemetry.metrics}: meters, which need none of the others
 * </ul>
 */
@NullMarked
package dev.rapid.telemetry;

import org.jspecify.annotations.NullMarked;
