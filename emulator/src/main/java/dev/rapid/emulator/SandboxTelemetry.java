package dev.rapid.emulator;

import dev.rapid.control.ControlApi;
import dev.rapid.control.EventLog;
import dev.rapid.core.events.EventsApi;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Subscriptions;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.function.SandboxIdentity;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.LogTail;
import dev.rapid.core.process.ApplicationLogLevel;
import dev.rapid.core.process.OutputListener;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.worker.WorkerLog;
import dev.rapid.telemetry.format.ObservedSandbox;
import dev.rapid.telemetry.log.InvocationLog;
import dev.rapid.telemetry.log.WorkerMessages;
import dev.rapid.telemetry.subscription.TelemetryHub;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The telemetry of one sandbox: its log, its records, and the subscriptions of its extensions. It
 * receives the sandbox's lifecycle events and all output of its processes.
 */
final class SandboxTelemetry implements EventsApi, AutoCloseable {

  private final RunningProcesses processes = new RunningProcesses();
  private final TelemetryHub hub;
  private final InvocationLog log;
  private final FunctionTelemetry function;
  private final ObservedSandbox sandbox;
  private final EventsApi meters;
  private final @Nullable ControlApi control;
  private final EventsApi listener;

  /**
   * Creates the telemetry of a cold sandbox.
   *
   * @param function what it shares with the function's other sandboxes
   * @param description the function as it is configured for the sandbox
   * @param identity what the sandbox is called now
   * @param isShared whether several invocations use its runtime at once
   */
  SandboxTelemetry(
      FunctionTelemetry function,
      Supplier<FunctionDescription> description,
      Supplier<SandboxIdentity> identity,
      boolean isShared) {
    Engine engine = function.engine();
    this.function = function;
    this.sandbox = new ObservedSandbox(description, identity, processes, isShared);
    this.hub =
        new TelemetryHub(
            sandbox,
            function.records(),
            engine.telemetry().delivery(),
            function.counters(),
            engine.timers(),
            engine.clock(),
            engine.wallClock());
    this.log =
        new InvocationLog(
            sandbox,
            function.lines(),
            function.labels().of(identity.get()),
            hub::emit,
            processes,
            engine.timers(),
            engine.clock(),
            engine.wallClock());
    this.meters = function.meters();
    this.control = function.control();
    this.listener = function.observer().events().apply(identity.get().name());
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

  /** Returns the subscriptions of the sandbox's extensions. */
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

  /**
   * Returns the receiver of what workers log over their protocol.
   *
   * @param lowest the least serious level that is logged
   */
  WorkerLog workerLog(ApplicationLogLevel lowest) {
    OutputListener kept = control == null ? null : control.eventLog().functionOutput();
    return new WorkerMessages(
        sandbox,
        log,
        (requestId, bytes, length, epochMillis) -> {
          hub.message(requestId, bytes, length, epochMillis);
          if (kept != null) {
            kept.message(bytes, 0, length, TimeUnit.MILLISECONDS.toMicros(epochMillis), null);
          }
        },
        lowest,
        function.metrics(),
        function.engine().wallClock());
  }

  /** Ends the log of an ended invocation, for a caller that waits for it. */
  void endTail(Invocation ended) {
    LogTail tail = ended.sink().logTail();
    if (tail != null) {
      log.endTail(tail);
    }
  }

  /** Lets events pass that wait for output, and ends all subscriptions. */
  @Override
  public void close() {
    log.releaseHeld();
    hub.close();
  }
}
