/**
 * Subscriptions to telemetry. {@link dev.rapid.telemetry.subscription.TelemetryApi} is the table of
 * the two HTTP APIs, {@link dev.rapid.telemetry.subscription.TelemetryHub} makes records and hands
 * them to the subscribers; begin there.
 */
@NullMarked
package dev.rapid.telemetry.subscription;

import org.jspecify.annotations.NullMarked;
