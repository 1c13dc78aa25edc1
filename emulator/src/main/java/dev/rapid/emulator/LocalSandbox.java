package dev.rapid.emulator;

import dev.rapid.bootstrap.AttachedRuntime;
import dev.rapid.bootstrap.LocalProcesses;
import dev.rapid.core.events.EventsApi;
import dev.rapid.core.function.SandboxIdentity;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.process.Processes;
import dev.rapid.core.sandbox.PhaseListener;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.core.sandbox.SandboxPorts;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.SandboxOptions;
import dev.rapid.emulator.settings.WorkerContract;
import dev.rapid.kapacitor.UdfFailureMessages;
import dev.rapid.lambda.LambdaFailureMessages;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One sandbox on this machine: its processes, its telemetry, and the protocol between them and the
 * sandbox.
 *
 * @param sandbox the sandbox, which drives the processes
 * @param identity what it is called now
 * @param protocol what its processes speak with it
 */
record LocalSandbox(Sandbox sandbox, Supplier<SandboxIdentity> identity, WorkerProtocol protocol) {

  /**
   * Creates a cold sandbox.
   *
   * @param identity what it is called now
   * @param protocol what its processes speak with it
   * @param shared what its telemetry shares with the function's other sandboxes
   * @param events receives its lifecycle events after the telemetry, null if that is enough
   * @param phases receives every change of phase
   * @param ended receives each invocation when it has ended
   * @param parts closes what the sandbox uses, when it has terminated
   */
  static LocalSandbox create(
      Engine engine,
      SandboxConfig config,
      ConfiguredFunction function,
      Supplier<SandboxIdentity> identity,
      WorkerProtocol protocol,
      FunctionTelemetry shared,
      @Nullable EventsApi events,
      PhaseListener phases,
      Consumer<Invocation> ended,
      Lifecycle parts) {
    SandboxTelemetry telemetry =
        parts.add(
            shared.ofSandbox(
                function::description, identity, function.settings().concurrency().isShared()));
    Processes processes =
        function.settings().isAttached()
            ? new AttachedRuntime()
            : protocol.around(
                processes(function, identity, protocol, telemetry, parts), identity.get().name());
    Sandbox sandbox =
        new Sandbox(
            config,
            new SandboxPorts(
                processes,
                protocol,
                events == null ? telemetry : both(telemetry, events),
                telemetry.subscriptions(),
                phases,
                engine.timers(),
                engine.clock(),
                engine.wallClock(),
                invocation -> {
                  telemetry.endTail(invocation);
                  ended.accept(invocation);
                }));
    protocol.serve(sandbox, telemetry);
    return new LocalSandbox(sandbox, identity, protocol);
  }

  private static EventsApi both(EventsApi first, EventsApi second) {
    return event -> {
      first.emit(event);
      second.emit(event);
    };
  }

  /** Returns the limits of a function's sandboxes. */
  static SandboxConfig config(ConfiguredFunction function) {
    FunctionSettings settings = function.settings();
    SandboxOptions options = settings.sandbox();
    SandboxConfig config =
        settings.isAttached()
            ? SandboxConfig.ofUsersRuntime()
            : SandboxConfig.started(settings.initTimeout());
    if (options.extensionsDirectory() != null) {
      config = config.withExtensions();
    }
    Duration freezeAfter = settings.concurrency().freezeAfter();
    if (freezeAfter != null) {
      config = config.withFreezeAfter(freezeAfter);
    }
    boolean repeatsInit =
        switch (settings.contract()) {
          case FN_HTTP_STREAM, KAPACITOR_UDF -> false;
          default -> !function.isOfCall();
        };
    if (!repeatsInit) {
      config = config.withoutRepeatedInit();
    }
    if (settings.contract() == WorkerContract.AZURE_FUNCTIONS) {
      config = config.withInitAfterFailedRestore();
    }
    return config
        .withCapacity(settings.concurrency().maxConcurrency())
        .withMessages(
            settings.contract() == WorkerContract.KAPACITOR_UDF
                ? UdfFailureMessages.INSTANCE
                : LambdaFailureMessages.INSTANCE)
        .withRestoreTimeout(options.restoreTimeout())
        .withShutdownGrace(options.shutdownGrace());
  }

  private static LocalProcesses processes(
      ConfiguredFunction function,
      Supplier<SandboxIdentity> identity,
      WorkerProtocol protocol,
      SandboxTelemetry telemetry,
      Lifecycle parts) {
    LocalProcesses processes =
        parts.add(
            new LocalProcesses(
                process -> protocol.launchSpec(process, identity.get()),
                process -> protocol.output(process, telemetry.output(process)),
                function.extensions()));
    telemetry.processes().attach(processes);
    return processes;
  }
}
