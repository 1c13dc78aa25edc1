package dev.rapid.emulator;

import dev.rapid.core.fleet.MemoryBudget;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.ScheduledTimers;
import dev.rapid.core.time.WallClock;
import dev.rapid.emulator.queue.EventQueue;
import dev.rapid.emulator.settings.HostPort;
import dev.rapid.emulator.settings.QueueSettings;
import dev.rapid.emulator.settings.TotalMemory;
import dev.rapid.http.HttpListener;
import dev.rapid.http.HttpWorker;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What all functions of a Rapid share: I/O threads, memory for payloads, timers, clocks, listeners
 * and the checks of their callers.
 *
 * @param threads the I/O threads and the memory for payloads
 * @param timers follow {@link #clock}
 * @param gatekeeper stands before every listener
 * @param telemetry what the telemetry of all functions shares
 * @param requests those of callers without an answer
 * @param fdks the workers with Fn's FDKs of all functions
 * @param azureWorkers the language workers of Azure Functions of all functions
 * @param agents the agents of Kapacitor of all functions
 * @param events the asynchronous invocations of all functions
 * @param sandboxMemory what sandboxes may have, all together, null for no limit
 * @param lifecycle closes what was started, in reverse order
 */
record Engine(
    IoThreads threads,
    ScheduledTimers timers,
    Gatekeeper gatekeeper,
    ProgramTelemetry telemetry,
    OpenRequests requests,
    FdkWorkers fdks,
    AzureWorkers azureWorkers,
    KapacitorWorkers agents,
    EventQueue events,
    @Nullable MemoryBudget sandboxMemory,
    Lifecycle lifecycle) {

  /**
   * Starts the I/O threads.
   *
   * @param ioThreads how many there may be, at least 1
   * @param queue the queue of asynchronous invocations
   * @param maxRunning how many invocations all functions together run at once, null for no limit
   * @param totalMemory how much memory sandboxes may have, all together, null for no limit
   * @throws IOException if the operating system cannot start them
   */
  static Engine start(
      int ioThreads,
      Gatekeeper gatekeeper,
      QueueSettings queue,
      @Nullable Integer maxRunning,
      @Nullable TotalMemory totalMemory,
      Lifecycle lifecycle)
      throws IOException {
    ScheduledTimers timers = lifecycle.add(new ScheduledTimers(NanoClock.SYSTEM));
    // Bodies are in direct memory, whose limit is that of the heap.
    long payloadBytes = Runtime.getRuntime().maxMemory() / 4 * 3;
    try {
      IoThreads threads = lifecycle.add(IoThreads.start(ioThreads, payloadBytes));
      ProgramTelemetry telemetry = lifecycle.add(new ProgramTelemetry());
      return new Engine(
          threads,
          timers,
          gatekeeper,
          telemetry,
          new OpenRequests(),
          lifecycle.add(new FdkWorkers()),
          lifecycle.add(new AzureWorkers(timers, NanoClock.SYSTEM)),
          new KapacitorWorkers(timers, NanoClock.SYSTEM, WallClock.SYSTEM),
          lifecycle.add(
              new EventQueue(
                  queue,
                  maxRunning,
                  NanoClock.SYSTEM,
                  timers,
                  WallClock.SYSTEM,
                  telemetry.meters())),
          totalMemory == null ? null : new MemoryBudget(totalMemory.megabytes()),
          lifecycle);
    } catch (IOException e) {
      throw new IOException("Cannot start the I/O threads: " + e.getMessage(), e);
    }
  }

  /** Returns the I/O thread of callers, and the memory for payloads. */
  HttpWorker worker() {
    return threads.callers();
  }

  NanoClock clock() {
    return NanoClock.SYSTEM;
  }

  WallClock wallClock() {
    return WallClock.SYSTEM;
  }

  /** Binds an address. */
  @FunctionalInterface
  interface Binding<T> {

    /** Returns the listener of {@code address}. */
    T bind(InetSocketAddress address) throws IOException;
  }

  /**
   * Binds an address for callers or clients. They can connect, and wait until it is served. The
   * listener is closed with the rest.
   *
   * @throws ListenException if the address cannot be used
   */
  HttpListener bind(ListenException.Use use, HostPort address) throws ListenException {
    return lifecycle.add(bind(use, address, socket -> HttpListener.bind(worker(), socket)));
  }

  /**
   * Binds an address; the caller closes its listener.
   *
   * @throws ListenException if the address cannot be used
   */
  static <T> T bind(ListenException.Use use, HostPort address, Binding<T> binding)
      throws ListenException {
    InetSocketAddress resolved = address.resolve();
    if (resolved.isUnresolved()) {
      throw ListenException.unknownHost(use, address);
    }
    try {
      return binding.bind(resolved);
    } catch (IOException e) {
      throw ListenException.of(use, address, e);
    }
  }
}
