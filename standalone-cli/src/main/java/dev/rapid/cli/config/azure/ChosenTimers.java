package dev.rapid.cli.config.azure;

import dev.rapid.azure.WorkerTimers;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a worker that the user has chosen; null where the worker's own file decides. See
 * {@link WorkerTimers}.
 */
public record ChosenTimers(
    @Nullable Duration startup,
    @Nullable Duration init,
    @Nullable Duration metadata,
    @Nullable Duration load,
    @Nullable Duration reload,
    @Nullable Duration warmup,
    @Nullable Duration terminateGrace,
    @Nullable Duration killWait) {

  /** Nothing is chosen. */
  public static final ChosenTimers NONE =
      new ChosenTimers(null, null, null, null, null, null, null, null);

  /** Returns these limits, and the usual ones where none is chosen. */
  WorkerTimers or(WorkerTimers usual) {
    return new WorkerTimers(
        Objects.requireNonNullElse(startup, usual.startup()),
        Objects.requireNonNullElse(init, usual.init()),
        Objects.requireNonNullElse(metadata, usual.metadata()),
        Objects.requireNonNullElse(load, usual.load()),
        Objects.requireNonNullElse(reload, usual.reload()),
        Objects.requireNonNullElse(warmup, usual.warmup()),
        Objects.requireNonNullElse(terminateGrace, usual.terminateGrace()),
        Objects.requireNonNullElse(killWait, usual.killWait()));
  }
}
