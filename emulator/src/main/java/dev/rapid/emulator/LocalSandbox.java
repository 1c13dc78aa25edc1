package dev.rapid.emulator;

import dev.rapid.bootstrap.AttachedRuntime;
import dev.rapid.bootstrap.LocalProcesses;
import dev.rapid.core.function.SandboxIdentity;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.process.ConnectionPeers;
import dev.rapid.core.process.Processes;
import dev.rapid.core.sandbox.PhaseListener;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.core.sandbox.SandboxPorts;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.SandboxOptions;
import dev.rapid.extensionsapi.ExtensionsApi;
import dev.rapid.http.request.PayloadMemory;
import dev.rapid.lambda.LambdaFailureMessages;
import dev.rapid.runtimeapi.RuntimeApiServer;
import dev.rapid.telemetry.subscription.TelemetryApi;
import io.undertow.server.HttpHandler;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One sandbox on this machine: its processes, its telemetry, and the address of the APIs for its
 * processes: Runtime API, Extensions API and Telemetry API.
 *
 * @param sandbox the sandbox, which drives the processes
 * @param identity what it is called now
 * @param address where its processes find their APIs
 */
record LocalSandbox(Sandbox sandbox, Supplier<SandboxIdentity> identity, SandboxAddress address) {

  /**
   * Creates a cold sandbox.
   *
   * @param identity what it is called now
   * @param address where its processes find their APIs
   * @param shared what its telemetry shares with the function's other sandboxes
   * @param phases receives every change of phase
   * @param ended receives each invocation when it has ended
   * @param parts closes what the sandbox uses, when it has terminated
   */
  static LocalSandbox create(
      Engine engine,
      SandboxConfig config,
      ConfiguredFunction function,
      Supplier<SandboxIdentity> identity,
      SandboxAddress address,
      FunctionTelemetry shared,
      PhaseListener phases,
      Consumer<Invocation> ended,
      Lifecycle parts) {
    SandboxTelemetry telemetry = parts.add(shared.ofSandbox(function::description, identity));
    Processes processes = new AttachedRuntime();
    ConnectionPeers peers = ConnectionPeers.UNKNOWN;
    if (!function.settings().isAttached()) {
      LocalProcesses local = processes(function, identity, address, telemetry, parts);
      processes =
          new AddressedProcesses(local, address, identity.get().name(), new AtomicBoolean());
      if (function.settings().concurrency().isShared()) {
        peers = parts.add(local.workerPeers());
      }
    }
    Sandbox sandbox =
        new Sandbox(
            config,
            new SandboxPorts(
                processes,
                address,
                telemetry,
                telemetry.subscriptions(),
                phases,
                engine.timers(),
                engine.clock(),
                engine.wallClock(),
                invocation -> {
                  telemetry.endTail(invocation);
                  ended.accept(invocation);
                }));
    ConnectionPeers found = peers;
    address.serve(server ->
        engine
            .gatekeeper()
            .forProcesses(routes(engine, function, telemetry, server, sandbox, found)));
    return new LocalSandbox(sandbox, identity, address);
  }

  /** Returns the limits of a function's sandboxes. */
  static SandboxConfig config(FunctionSettings settings) {
    SandboxOptions options = settings.sandbox();
    SandboxConfig config =
        settings.isAttached()
            ? SandboxConfig.ofUsersRuntime()
            : SandboxConfig.started(settings.initTimeout());
    if (options.extensionsDirectory() != null) {
      config = config.withExtensions();
    }
    if (settings.concurrency().freezes()) {
      config = config.withFreeze();
    }
    return config
        .withCapacity(settings.concurrency().maxConcurrency())
        .withMessages(LambdaFailureMessages.INSTANCE)
        .withRestoreTimeout(options.restoreTimeout())
        .withShutdownGrace(options.shutdownGrace());
  }

  private static LocalProcesses processes(
      ConfiguredFunction function,
      Supplier<SandboxIdentity> identity,
      SandboxAddress address,
      SandboxTelemetry telemetry,
      Lifecycle parts) {
    LocalProcesses processes =
        parts.add(
            new LocalProcesses(
                process -> function.launchSpec(process, identity.get(), bound(address)),
                telemetry::output,
                function.extensions()));
    telemetry.processes().attach(processes);
    return processes;
  }

  private static String bound(SandboxAddress address) {
    try {
      return address.open();
    } catch (ListenException e) {
      throw new IllegalStateException("A process starts before it has an address", e);
    }
  }

  /** The APIs for the function's processes, which share an address. */
  private static HttpHandler routes(
      Engine engine,
      ConfiguredFunction function,
      SandboxTelemetry telemetry,
      RuntimeApiServer server,
      Sandbox sandbox,
      ConnectionPeers peers) {
    HttpHandler runtime =
        server.routes(sandbox, peers, function.metadataEndpoint(), function.credentialStore());
    SandboxOptions options = function.settings().sandbox();
    boolean off = options.extensionsSwitchedOff();
    PayloadMemory memory = engine.worker().payloads().withoutBudget();
    HttpHandler extensions =
        off
            ? ExtensionsApi.switchedOff()
            : ExtensionsApi.routes(sandbox, function::description, memory);
    HttpHandler real =
        off
            ? TelemetryApi.switchedOff()
            : TelemetryApi.routes(sandbox, telemetry.hub(), server.address().getPort(), memory);
    HttpHandler subscriptions =
        switch (options.telemetry()) {
          case ON -> real;
          case STUB -> TelemetryApi.stub();
          case RIE -> off ? TelemetryApi.stub() : TelemetryApi.withStubForStrangers(real);
        };
    return exchange -> {
      String path = exchange.getRequestPath();
      HttpHandler handler = runtime;
      if (path.startsWith(ExtensionsApi.PREFIX)) {
        handler = extensions;
      } else if (TelemetryApi.has(path)) {
        handler = subscriptions;
      }
      handler.handleRequest(exchange);
    };
  }
}
