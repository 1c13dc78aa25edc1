package dev.rapid.emulator;

import dev.rapid.fnfdk.FdkLimits;
import dev.rapid.fnfdk.FdkWorker;
import dev.rapid.fnfdk.LateConnector;
import dev.rapid.fnfdk.SocketDirectories;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * The workers with Fn's FDKs of all functions. Without one of them, nothing of the protocol is
 * loaded.
 */
final class FdkWorkers implements AutoCloseable {

  private static final Logger LOG = System.getLogger(FdkWorkers.class.getName());

  // Both guarded by this.
  private @Nullable LateConnector connector;
  private @Nullable SocketDirectories directories;

  /**
   * Returns the protocol of a new sandbox.
   *
   * @param parts closes what it uses
   */
  WorkerProtocol protocol(ConfiguredFunction function, Lifecycle parts) {
    FdkLimits limits = FdkLimits.ofHeads(function.settings().responseHeadBytes());
    return new FdkProtocol(function, parts.add(new FdkWorker(connector(), directories(), limits)));
  }

  private synchronized LateConnector connector() {
    LateConnector shared = connector;
    if (shared == null) {
      shared = new LateConnector();
      connector = shared;
    }
    return shared;
  }

  private synchronized SocketDirectories directories() {
    SocketDirectories shared = directories;
    if (shared == null) {
      shared = new SocketDirectories();
      directories = shared;
    }
    return shared;
  }

  @Override
  public synchronized void close() {
    if (connector != null) {
      connector.close();
    }
    if (directories != null) {
      try {
        directories.close();
      } catch (IOException e) {
        LOG.log(Level.WARNING, "Cannot delete the directories of the workers'' sockets: {0}", e);
      }
    }
  }
}
