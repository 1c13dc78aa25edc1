/**
 * Pages for people, probes and monitoring, at the address for callers.
 *
 * <p>{@link dev.rapid.status.HealthHandler} serves the paths below {@code /_rapid/}; begin there.
 * {@link dev.rapid.status.Readiness} knows whether an invocation would reach a function, {@link
 * dev.rapid.status.StatePage} describes all sandboxes, {@link dev.rapid.status.EventStream} streams
 * telemetry records. {@link dev.rapid.status.MetricsHandler} serves {@code /metrics}, and {@link
 * dev.rapid.status.ProcessGauges} adds the gauges that no lifecycle event carries.
 */
@NullMarked
package dev.rapid.status;

import org.jspecify.annotations.NullMarked;
