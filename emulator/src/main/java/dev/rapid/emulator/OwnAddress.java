package dev.rapid.emulator;

import dev.rapid.emulator.settings.HostPort;
import dev.rapid.http.HttpWorker;
import dev.rapid.runtimeapi.RuntimeApiServer;
import io.undertow.server.HttpHandler;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An address that one sandbox has for itself. It is bound when the sandbox first starts a process.
 *
 * <p>A port that the settings choose goes to the first sandbox that asks for it; the others get a
 * free one.
 */
final class OwnAddress implements SandboxAddress {

  private final HttpWorker thread;
  private final HostPort wanted;
  private final Lifecycle parts;

  // Both guarded by this.
  private @Nullable Function<RuntimeApiServer, HttpHandler> apis;
  private @Nullable RuntimeApiServer server;

  /**
   * Creates an address that is not bound.
   *
   * @param thread serves the sandbox
   * @param parts closes it
   */
  OwnAddress(HttpWorker thread, HostPort wanted, Lifecycle parts) {
    this.thread = thread;
    this.wanted = wanted;
    this.parts = parts;
  }

  @Override
  public synchronized void serve(Function<RuntimeApiServer, HttpHandler> served) {
    apis = served;
    if (server != null) {
      server.serve(served.apply(server));
    }
  }

  @Override
  public synchronized String open() throws ListenException {
    RuntimeApiServer bound = server;
    if (bound == null) {
      bound = parts.add(bind());
      server = bound;
      if (apis != null) {
        bound.serve(apis.apply(bound));
      }
    }
    return HostPort.reachable(bound.address());
  }

  private RuntimeApiServer bind() throws ListenException {
    try {
      return bind(wanted);
    } catch (ListenException e) {
      if (e.problem() != ListenException.Problem.PORT_IN_USE) {
        throw e;
      }
      return bind(new HostPort(wanted.host(), 0));
    }
  }

  private RuntimeApiServer bind(HostPort address) throws ListenException {
    return Engine.bind(
        ListenException.Use.RUNTIME_API, address, socket -> RuntimeApiServer.bind(thread, socket));
  }

  /**
   * Binds the address that the settings choose, before the sandbox needs it.
   *
   * @throws ListenException if it cannot be used
   */
  synchronized void bindNow() throws ListenException {
    server = parts.add(bind(wanted));
  }

  @Override
  public void closeAll(Runnable closed) {
    RuntimeApiServer bound;
    synchronized (this) {
      bound = server;
    }
    if (bound == null) {
      closed.run();
    } else {
      bound.closeAll(closed);
    }
  }
}
