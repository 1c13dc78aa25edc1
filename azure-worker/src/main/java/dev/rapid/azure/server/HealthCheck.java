package dev.rapid.azure.server;

import dev.rapid.azure.protocol.StreamingMessage;
import dev.rapid.azure.protocol.WorkerStatusRequest;
import dev.rapid.core.error.ErrorType;
import dev.rapid.core.time.Alarm;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Asks a worker that serves for its status, if it said that it answers that, and gives it up when
 * it does not answer several times (contract azure-functions-worker, sections 6.6 and 15). Runs in
 * the mailbox of the session.
 */
final class HealthCheck {

  private static final String STATUS = "WorkerStatus";
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int MOST_MISSES = 3;

  private final Session session;
  private final NanoClock clock;
  private final Alarm alarm;

  /** The ids of questions to which no answer came in time. */
  private final Set<String> late = new HashSet<>();

  private boolean begun;
  private boolean paused;

  /** The id of the question that waits for its answer. */
  private @Nullable String asked;

  private int misses;

  HealthCheck(Session session, Timers timers, NanoClock clock) {
    this.session = session;
    this.clock = clock;
    this.alarm = new Alarm(timers, clock, () -> session.run(this::rang));
  }

  void begin() {
    begun = session.features().has(STATUS);
    schedule(INTERVAL);
  }

  /** The process is stopped, so that it cannot answer. */
  void pause() {
    paused = true;
    asked = null;
    alarm.clear();
  }

  void resume() {
    paused = false;
    misses = 0;
    schedule(INTERVAL);
  }

  void end() {
    begun = false;
    asked = null;
    alarm.release();
  }

  private void schedule(Duration after) {
    if (begun && !paused) {
      alarm.set(clock.nanoTime() + after.toNanos());
    }
  }

  private void rang() {
    if (!begun || paused) {
      return;
    }
    String unanswered = asked;
    if (unanswered == null) {
      ask();
      return;
    }
    late.add(unanswered);
    asked = null;
    misses++;
    if (misses == MOST_MISSES) {
      session.broken(
          ErrorType.SANDBOX_FAILURE,
          "The worker did not answer "
              + MOST_MISSES
              + " requests for its status within "
              + PATIENCE.toSeconds()
              + " s each",
          false);
    } else {
      schedule(INTERVAL.minus(PATIENCE));
    }
  }

  private void ask() {
    String id = UUID.randomUUID().toString();
    asked = id;
    schedule(PATIENCE);
    session.send(
        StreamingMessage.newBuilder()
            .setRequestId(id)
            .setWorkerStatusRequest(WorkerStatusRequest.getDefaultInstance())
            .build());
  }

  /**
   * Takes an answer.
   *
   * @param id of the question, unless the worker has ids of its own: then it answers the only one
   *     that waits
   */
  void answered(String id) {
    if (asked == null || late.remove(id)) {
      session.dropped("a status that was not asked for, or too late");
      return;
    }
    asked = null;
    misses = 0;
    schedule(INTERVAL);
  }
}
