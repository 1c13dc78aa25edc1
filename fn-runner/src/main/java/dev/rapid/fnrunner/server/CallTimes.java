package dev.rapid.fnrunner.server;

import dev.rapid.core.invocation.Dispatch;
import dev.rapid.fnrunner.server.protocol.CallFinished;
import dev.rapid.fnrunner.server.protocol.RunnerStatus;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * When a call came, was given to a worker, and was over (contract fn-runner, sections 1.3 and
 * 1.10). Its methods may be called on any thread.
 */
final class CallTimes {

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private static final long NANOS_PER_MILLISECOND = 1_000_000;

  private final long createdMillis = System.currentTimeMillis();
  private final long createdNanos = System.nanoTime();

  /** Nanoseconds after the creation, null if no worker has got the call. */
  private volatile @Nullable Long started;

  private volatile @Nullable Long initNanos;

  /**
   * The call is given to a worker.
   *
   * @return whether it is the first time
   */
  synchronized boolean dispatched(Dispatch dispatch) {
    boolean first = started == null;
    if (first) {
      started = System.nanoTime() - createdNanos;
    }
    initNanos = dispatch.initNanos();
    return first;
  }

  /** Returns whether a worker may have seen the call. */
  boolean wasDispatched() {
    return started != null;
  }

  /** Writes the times of a call that ends now. */
  void writeTo(CallFinished.Builder finished) {
    finished.setCreatedAt(dateAfter(0));
    Long begin = started;
    if (begin != null) {
      long end = System.nanoTime() - createdNanos;
      finished
          .setStartedAt(dateAfter(begin))
          .setCompletedAt(dateAfter(end))
          .setSchedulerDuration(begin)
          .setExecutionDuration(end - begin);
    }
    Long init = initNanos;
    if (init != null) {
      finished.setInitStartTime(init);
    }
  }

  /** Writes the times of a run of the status function that ends now. */
  void writeTo(RunnerStatus.Builder status) {
    CallFinished.Builder times = CallFinished.newBuilder();
    writeTo(times);
    status
        .setCreatedAt(times.getCreatedAt())
        .setStartedAt(times.getStartedAt())
        .setCompletedAt(times.getCompletedAt())
        .setSchedulerDuration(times.getSchedulerDuration())
        .setExecutionDuration(times.getExecutionDuration())
        .setInitStartTime(times.getInitStartTime());
  }

  private String dateAfter(long nanos) {
    return DATE.format(Instant.ofEpochMilli(createdMillis + nanos / NANOS_PER_MILLISECOND));
  }
}
