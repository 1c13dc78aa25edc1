package dev.rapid.azure;

import java.time.Duration;

/**
 * How long a worker may take (contract azure-functions-worker, section 8). All are positive.
 *
 * @param startup from the start of the process to its first message
 * @param init to answer the init
 * @param metadata to answer which functions the app has
 * @param load to answer all loads
 * @param reload to answer a new environment
 * @param warmup to answer a warm-up, whose failure does not matter
 * @param terminateGrace to end after it was asked to, if it understands that
 * @param killWait to end after SIGTERM
 */
public record WorkerTimers(
    Duration startup,
    Duration init,
    Duration metadata,
    Duration load,
    Duration reload,
    Duration warmup,
    Duration terminateGrace,
    Duration killWait) {

  /** The limits of the host in the cloud. */
  public static final WorkerTimers DEFAULT =
      new WorkerTimers(
          Duration.ofSeconds(60),
          Duration.ofSeconds(10),
          Duration.ofMinutes(1),
          Duration.ofMinutes(1),
          Duration.ofSeconds(30),
          Duration.ofSeconds(90),
          Duration.ofSeconds(5),
          Duration.ofSeconds(1));

  /** Returns how long a process may take until the app is loaded. */
  public Duration coldStart() {
    return startup.plus(init).plus(metadata).plus(load);
  }

  /** Returns how long a process may take until it is ready for an app that it does not know yet. */
  public Duration placeholder() {
    return startup.plus(init).plus(warmup);
  }

  /** Returns how long a process without an app may take until an app is loaded. */
  public Duration restore() {
    return reload.plus(metadata).plus(load);
  }

  /** Returns how long a process may take to end before it is killed. */
  public Duration end() {
    return terminateGrace.plus(killWait);
  }
}
