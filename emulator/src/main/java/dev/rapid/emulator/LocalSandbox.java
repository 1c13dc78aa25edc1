package dev.rapid.emulator;

import dev.rapid.bootstrap.AttachedRuntime;
import dev.rapid.bootstrap.LocalProcesses;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.process.Processes;
import dev.rapid.core.sandbox.PhaseListener;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.core.sandbox.SandboxPorts;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.HostPort;
import dev.rapid.emulator.settings.SandboxOptions;
import dev.rapid.extensionsapi.ExtensionsApi;
import dev.rapid.http.request.PayloadMemory;
import dev.rapid.lambda.LambdaFailureMessages;
import dev.rapid.runtimeapi.RuntimeApiServer;
import dev.rapid.telemetry.subscription.TelemetryApi;
import io.undertow.server.HttpHandler;
import java.util.function.Consumer;

/**
 * One sandbox on this machine: its processes, and the address of their APIs: Runtime API,
 * Extensions API and Telemetry API.
 *
 * @param sandbox the sandbox, which drives the processes
 * @param runtimeApi the address for its processes, as {@code host:port}
 */
record LocalSandbox(Sandbox sandbox, String runtimeApi) {

  /**
   * Creates a cold sandbox and serves its APIs. The engine's lifecycle closes its parts.
   *
   * @param phases receives every change of phase
   * @param ended receives each invocation when it has ended
   * @throws ListenException if the address cannot be used
   */
  static LocalSandbox start(
      Engine engine,
      SandboxConfig config,
      ConfiguredFunction function,
      FunctionTelemetry telemetry,
      PhaseListener phases,
      Consumer<Invocation> ended)
      throws ListenException {
    FunctionSettings settings = function.settings();
    RuntimeApiServer server =
        engine.bind(
            ListenException.Use.RUNTIME_API,
            settings.runtimeApi(),
            address -> RuntimeApiServer.bind(engine.worker(), address));
    String runtimeApi = HostPort.reachable(server.address());
    Sandbox sandbox =
        new Sandbox(
            config,
            new SandboxPorts(
                processes(engine, function, telemetry, runtimeApi),
                server,
                telemetry,
                telemetry.subscriptions(),
                phases,
                engine.timers(),
                engine.clock(),
                engine.wallClock(),
                ended));
    server.serve(
        engine.gatekeeper().forProcesses(routes(engine, function, telemetry, server, sandbox)));
    return new LocalSandbox(sandbox, runtimeApi);
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
    return config
        .withCapacity(settings.concurrency().maxConcurrency())
        .withMessages(LambdaFailureMessages.INSTANCE)
        .withRestoreTimeout(options.restoreTimeout())
        .withShutdownGrace(options.shutdownGrace());
  }

  private static Processes processes(
      Engine engine, ConfiguredFunction function, FunctionTelemetry telemetry, String runtimeApi) {
    if (function.settings().isAttached()) {
      return new AttachedRuntime();
    }
    LocalProcesses processes =
        engine
            .lifecycle()
            .add(
                new LocalProcesses(
                    process -> function.launchSpec(process, runtimeApi),
                    telemetry::output,
                    function.extensions()));
    telemetry.processes().attach(processes);
    return processes;
  }

  /** The APIs for the function's processes, which share an address. */
  private static HttpHandler routes(
      Engine engine,
      ConfiguredFunction function,
      FunctionTelemetry telemetry,
      RuntimeApiServer server,
      Sandbox sandbox) {
    HttpHandler runtime =
        server.routes(sandbox, function.metadataEndpoint(), function.credentialStore());
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
