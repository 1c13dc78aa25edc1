package dev.rapid.emulator;

import dev.rapid.bootstrap.LocalProcesses;
import dev.rapid.bootstrap.launch.LaunchSpec;
import dev.rapid.core.function.SandboxIdentity;
import dev.rapid.core.process.ConnectionPeers;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.Processes;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.emulator.settings.SandboxOptions;
import dev.rapid.extensionsapi.ExtensionsApi;
import dev.rapid.http.request.PayloadMemory;
import dev.rapid.runtimeapi.RuntimeApiServer;
import dev.rapid.telemetry.subscription.TelemetryApi;
import io.undertow.server.HttpHandler;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lambda's APIs for the processes of a sandbox, which share an address: Runtime API, Extensions API
 * and Telemetry API.
 */
final class RuntimeApiProtocol implements WorkerProtocol {

  private final Engine engine;
  private final ConfiguredFunction function;
  private final SandboxAddress address;
  private final Lifecycle parts;
  private ConnectionPeers peers = ConnectionPeers.UNKNOWN;

  /**
   * Creates the APIs of one sandbox.
   *
   * @param address where its processes find them
   * @param parts closes what they use
   */
  RuntimeApiProtocol(
      Engine engine, ConfiguredFunction function, SandboxAddress address, Lifecycle parts) {
    this.engine = engine;
    this.function = function;
    this.address = address;
    this.parts = parts;
  }

  @Override
  public LaunchSpec launchSpec(ProcessName process, SandboxIdentity sandbox) {
    try {
      return function.launchSpec(process, sandbox, address.open());
    } catch (ListenException e) {
      throw new IllegalStateException("A process starts before it has an address", e);
    }
  }

  @Override
  public Processes around(LocalProcesses processes, String sandbox) {
    if (function.settings().concurrency().isShared()) {
      peers = parts.add(processes.workerPeers());
    }
    return new AddressedProcesses(processes, address, sandbox, new AtomicBoolean());
  }

  @Override
  public void serve(Sandbox sandbox, SandboxTelemetry telemetry) {
    address.serve(server -> engine.gatekeeper().forProcesses(routes(telemetry, server, sandbox)));
  }

  @Override
  public Map<String, String> variables(SandboxIdentity sandbox) throws ListenException {
    return function.variablesOfRuntime(sandbox, address.open());
  }

  @Override
  public void closeAll(Runnable closed) {
    address.closeAll(closed);
  }

  /** The APIs for the function's processes, which share an address. */
  private HttpHandler routes(SandboxTelemetry telemetry, RuntimeApiServer server, Sandbox sandbox) {
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
