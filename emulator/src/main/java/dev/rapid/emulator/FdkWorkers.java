package dev.rapid.emulator;

import dev.rapid.fnfdk.FdkLimits;
import dev.rapid.fnfdk.FdkWorker;
import dev.rapid.fnfdk.LateConnector;
import org.jspecify.annotations.Nullable;

/**
 * The workers with Fn's FDKs of all functions. Without one of them, nothing of the protocol is
 * loaded.
 */
final class FdkWorkers implements AutoCloseable {

  // Guarded by this.
  private @Nullable LateConnector connector;

  /**
   * Returns the protocol of a new sandbox.
   *
   * @param parts closes what it uses
   */
  WorkerProtocol protocol(ConfiguredFunction function, Lifecycle parts) {
    FdkLimits limits = FdkLimits.ofHeads(function.settings().responseHeadBytes());
    return new FdkProtocol(function, parts.add(new FdkWorker(connector(), limits)));
  }

  private synchronized LateConnector connector() {
    LateConnector shared = connector;
    if (shared == null) {
      shared = new LateConnector();
      connector = shared;
    }
    return shared;
  }

  @Override
  public synchronized void close() {
    if (connector != null) {
      connector.close();
    }
  }
}
