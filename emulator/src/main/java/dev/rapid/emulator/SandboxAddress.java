package dev.rapid.emulator;

import dev.rapid.core.worker.WorkerConnections;
import dev.rapid.runtimeapi.RuntimeApiServer;
import io.undertow.server.HttpHandler;
import java.util.function.Function;

/** Where the processes of one sandbox find their APIs. */
interface SandboxAddress extends WorkerConnections {

  /**
   * Sets what is served there.
   *
   * @param apis makes the handler; called once, when the address is bound
   */
  void serve(Function<RuntimeApiServer, HttpHandler> apis);

  /**
   * Returns the address for the processes, as {@code host:port} or {@code host:port/path}. Binds it
   * if it is not bound yet.
   *
   * @throws ListenException if that fails; a later call tries again
   */
  String open() throws ListenException;
}
