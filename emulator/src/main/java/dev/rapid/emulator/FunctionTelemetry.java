package dev.rapid.emulator;

import dev.rapid.control.ControlApi;
import dev.rapid.control.EventLog;
import dev.rapid.core.events.EventsApi;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Subscriptions;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.LogTail;
import dev.rapid.core.process.OutputListener;
import dev.rapid.core.process.ProcessName;
import dev.rapid.http.HttpWorker;
import dev.rapid.status.ProcessGauges;
import dev.rapid.telemetry.delivery.DeliveryThread;
import dev.rapid.telemetry.log.InvocationLog;
import dev.rapid.telemetry.log.LineWriter;
import dev.rapid.telemetry.metrics.LifecycleMeters;
import dev.rapid.telemetry.subscription.TelemetryHub;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The telemetry of one function: log, records and meters. It receives all lifecycle events and all
 * output of the processes.
 */
final class FunctionTelemetry implements EventsApi {

  private final RunningProcesses processes = new RunningProcesses();
  private final TelemetryHub hub;
  private final InvocationLog log;
  private final ProcessGauges gauges;
  private final LifecycleMeters meters;
  private final @Nullable ControlApi control;
  private final EventsApi listener;

  /**
   * Creates the telemetry of a function that does not run yet.
   *
   * @param function the function as it is configured now
   * @param lines the writer of the log
   * @param control receives lifecycle events and output too; null if there is no control API
   * @param listener receives lifecycle events last
   */
  FunctionTelemetry(
      Engine engine,
      Supplier<FunctionDescription> function,
      LineWriter lines,
      @Nullable ControlApi control,
      EventsApi listener) {
    this.hub =
        engine
            .lifecycle()
            .add(
                new TelemetryHub(
                    function,
                    processes,
                    new DeliveryThread(
                        () -> WithoutJmx.start(() -> HttpWorker.startOutgoing("telemetry"))),
                    engine.timers(),
                    engine.clock(),
                    engine.wallClock()));
    this.log =
        new InvocationLog(
            function,
            lines,
            hub::emit,
            processes,
            processes,
            engine.timers(),
            engine.clock(),
            engine.wallClock());
    this.gauges = new ProcessGauges(hub);
    this.meters = new LifecycleMeters(gauges::bindTo);
    this.control = control;
    this.listener = listener;
  }

  @Override
  public void emit(LifecycleEvent event) {
    log.emit(event);
    meters.emit(event);
    if (control != null) {
      control.emit(event);
    }
    listener.emit(event);
  }

  /** Returns the processes that the log and the telemetry query, once they are attached. */
  RunningProcesses processes() {
    return processes;
  }

  TelemetryHub hub() {
    return hub;
  }

  LifecycleMeters meters() {
    return meters;
  }

  ProcessGauges gauges() {
    return gauges;
  }

  /** Returns the subscriptions of a sandbox's extensions. */
  Subscriptions subscriptions() {
    return new OrderedSubscriptions(hub, log);
  }

  /** Returns the receiver of a process's output. */
  OutputListener output(ProcessName process) {
    boolean ofRuntime = process.extension() == null;
    if (ofRuntime) {
      processes.began(process.generation());
    }
    // The log last: it releases the lifecycle events that wait for this output.
    OutputListener lines =
        new TwoOutputs(
            ofRuntime ? hub.functionOutput() : hub.extensionOutput(),
            ofRuntime ? log.output() : log.extensionOutput());
    if (control == null) {
      return lines;
    }
    EventLog kept = control.eventLog();
    return new TwoOutputs(ofRuntime ? kept.functionOutput() : kept.extensionOutput(), lines);
  }

  /** Ends the log of an ended invocation, for a caller that waits for it. */
  void endTail(Invocation ended) {
    LogTail tail = ended.sink().logTail();
    if (tail != null) {
      log.endTail(tail);
    }
  }
}
