package dev.rapid.emulator;

import dev.rapid.control.ControlApi;
import dev.rapid.core.events.EventsApi;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.function.SandboxIdentity;
import dev.rapid.status.ProcessGauges;
import dev.rapid.telemetry.delivery.TelemetryCounters;
import dev.rapid.telemetry.log.LineWriter;
import dev.rapid.telemetry.metrics.LifecycleMeters;
import dev.rapid.telemetry.subscription.RecordStream;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ObjDoubleConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the telemetry of one function's sandboxes shares: the writer of the log, records, meters.
 */
final class FunctionTelemetry {

  private final Engine engine;
  private final String name;
  private final LineWriter lines;
  private final LogLabels labels;
  private final @Nullable ControlApi control;
  private final FunctionObserver observer;
  private final RecordStream records = new RecordStream();
  private final ProcessGauges gauges;
  private final EventsApi meters;
  private final AtomicInteger sandboxes = new AtomicInteger();

  /**
   * Creates the telemetry of a function without sandboxes.
   *
   * @param name the name of the function in its settings
   * @param lines the writer of the log
   * @param labels label the lines of the log
   * @param control receives the lifecycle events and the output of its sandbox too; null if there
   *     is no control API
   */
  FunctionTelemetry(
      Engine engine,
      String name,
      LineWriter lines,
      LogLabels labels,
      @Nullable ControlApi control,
      FunctionObserver observer) {
    this.engine = engine;
    this.name = name;
    this.lines = lines;
    this.labels = labels;
    this.control = control;
    this.observer = observer;
    this.gauges = engine.telemetry().gauges(name);
    this.meters = engine.telemetry().meters().of(name);
    if (observer.records() != null) {
      records.addSink(observer.records());
    }
  }

  /**
   * Returns the telemetry of one more sandbox, which the caller closes.
   *
   * @param description the function as it is configured for the sandbox
   * @param identity what the sandbox is called now
   * @param isShared whether several invocations use its runtime at once
   */
  SandboxTelemetry ofSandbox(
      Supplier<FunctionDescription> description,
      Supplier<SandboxIdentity> identity,
      boolean isShared) {
    return new SandboxTelemetry(this, description, identity, isShared);
  }

  /** Returns the number of one more sandbox that runs what has no qualifier. */
  int nextNumber() {
    return sandboxes.incrementAndGet();
  }

  Engine engine() {
    return engine;
  }

  LineWriter lines() {
    return lines;
  }

  LogLabels labels() {
    return labels;
  }

  @Nullable ControlApi control() {
    return control;
  }

  FunctionObserver observer() {
    return observer;
  }

  TelemetryCounters counters() {
    return gauges.counters();
  }

  /** Returns the records of all sandboxes. */
  RecordStream records() {
    return records;
  }

  EventsApi meters() {
    return meters;
  }

  /** Returns what takes the name and the value of each metric of the function. */
  ObjDoubleConsumer<String> metrics() {
    LifecycleMeters all = engine.telemetry().meters();
    return (metric, value) -> all.ofFunction(name, metric, value);
  }

  ProcessGauges gauges() {
    return gauges;
  }
}
