package dev.rapid.emulator;

import dev.rapid.azure.AzureWorker;
import dev.rapid.azure.LateWorkerHost;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The language workers of Azure Functions of all functions. Without one of them, nothing of the
 * protocol is loaded.
 */
final class AzureWorkers implements AutoCloseable {

  private static final Logger LOG = System.getLogger(AzureWorkers.class.getName());

  private final Timers timers;
  private final NanoClock clock;

  // Both guarded by this.
  private @Nullable LateWorkerHost host;
  private @Nullable Path emptyDirectory;

  AzureWorkers(Timers timers, NanoClock clock) {
    this.timers = timers;
    this.clock = clock;
  }

  /**
   * Returns the protocol of a new sandbox.
   *
   * @param launch how the workers of the function are launched
   * @param parts closes what it uses
   */
  WorkerProtocol protocol(ConfiguredFunction function, AzureLaunch launch, Lifecycle parts) {
    Path placeholder = function.startsFromSnapshot() ? emptyDirectory() : null;
    AzureWorker worker =
        new AzureWorker(
            host(),
            launch.workerSettings(placeholder),
            launch.index(),
            () -> launch.environment(function.variablesWithoutLambda()));
    return new AzureProtocol(function, launch, parts.add(worker));
  }

  private synchronized LateWorkerHost host() {
    LateWorkerHost shared = host;
    if (shared == null) {
      shared = new LateWorkerHost(timers, clock);
      host = shared;
    }
    return shared;
  }

  /**
   * Returns the directory that stands for the app of a worker until it is restored.
   *
   * @throws UncheckedIOException if it cannot be made
   */
  private synchronized Path emptyDirectory() {
    Path shared = emptyDirectory;
    if (shared == null) {
      try {
        shared = Files.createTempDirectory("rapid-placeholder-");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      emptyDirectory = shared;
    }
    return shared;
  }

  @Override
  public synchronized void close() {
    if (host != null) {
      host.close();
    }
    if (emptyDirectory != null) {
      try {
        Files.delete(emptyDirectory);
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "The directory of placeholders stays", e);
      }
    }
  }
}
