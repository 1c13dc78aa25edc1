package dev.rapid.kapacitor.host;

import dev.rapid.core.time.Alarm;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.kapacitor.protocol.Request;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * When an agent has said all that follows from what it was sent (contract kapacitor-udf, section
 * 9.2): it has answered some questions that were sent after the data, one after the other; no batch
 * is open; and then it is quiet for a time.
 *
 * <p>One wait at a time. Runs in the mailbox of the session.
 */
final class Barrier {

  /**
   * A timer that rings so late says that this program had no processor. Then it had none to read
   * with, either, and the agent may have sent something.
   */
  private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** How often one wait begins its quiet time again for that. */
  private static final int MOST_LATE_RINGS = 10;

  private final Session session;
  private final NanoClock clock;
  private final Alarm quiet;

  private @Nullable Wait current;
  private long quietAt;

  /** One wait. */
  private static final class Wait {

    private final int rounds;
    private final Duration settle;
    private final Runnable complete;
    private int answered;
    private int lateRings;

    Wait(int rounds, Duration settle, Runnable complete) {
      this.rounds = rounds;
      this.settle = settle;
      this.complete = complete;
    }
  }

  Barrier(Session session, Timers timers, NanoClock clock) {
    this.session = session;
    this.clock = clock;
    this.quiet = new Alarm(timers, clock, () -> session.run(this::rang));
  }

  /**
   * Begins to wait.
   *
   * @param complete runs at the end of the wait
   * @return what is to be sent after the data
   */
  Request begin(int rounds, Duration settle, Runnable complete) {
    Wait wait = new Wait(rounds, settle, complete);
    current = wait;
    return question(wait);
  }

  private Request question(Wait wait) {
    return session.keepalives().question(() -> answered(wait));
  }

  private void answered(Wait wait) {
    if (wait != current) {
      return;
    }
    wait.answered++;
    if (wait.answered < wait.rounds) {
      session.write(question(wait));
    } else {
      check();
    }
  }

  /** Data has come: the agent is not quiet. */
  void dataCame() {
    if (current != null) {
      quiet.clear();
      check();
    }
  }

  private void check() {
    Wait wait = current;
    if (wait == null || wait.answered < wait.rounds || session.isBatchOpen()) {
      return;
    }
    if (wait.settle.isZero()) {
      complete(wait);
    } else {
      quietAt = clock.nanoTime() + wait.settle.toNanos();
      quiet.set(quietAt);
    }
  }

  private void rang() {
    Wait wait = current;
    long late = clock.nanoTime() - quietAt;
    // Data may have come between the ring and this step.
    boolean due = late >= 0;
    if (wait == null || !due || wait.answered < wait.rounds || session.isBatchOpen()) {
      return;
    }
    if (late > LATE_NANOS && wait.lateRings < MOST_LATE_RINGS) {
      wait.lateRings++;
      check();
    } else {
      complete(wait);
    }
  }

  private void complete(Wait wait) {
    current = null;
    wait.complete.run();
  }

  /** Waits no more. */
  void cancel() {
    current = null;
    quiet.clear();
  }

  /** Waits never again. */
  void end() {
    current = null;
    quiet.release();
  }
}
