package dev.rapid.kapacitor.host;

import dev.rapid.core.time.Alarm;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.core.time.WallClock;
import dev.rapid.kapacitor.protocol.KeepaliveRequest;
import dev.rapid.kapacitor.protocol.Request;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Whether an agent still lives (contract kapacitor-udf, sections 5.3 and 8.4): it is asked after
 * each half of its timeout, and any frame of it counts as a sign of life. The same questions are
 * the barriers of invocations.
 *
 * <p>Runs in the mailbox of the session.
 */
final class Keepalives {

  /** An agent that never answers, but sends data, lives; its questions are not kept for ever. */
  private static final int MOST_UNANSWERED = 1000;

  private final Session session;
  private final NanoClock clock;
  private final WallClock wallClock;
  private final Duration timeout;
  private final Alarm ask;
  private final Alarm watchdog;

  /** What follows from an answer, by the time of the question; in the order of the wire. */
  private final LinkedHashMap<Long, Runnable> unanswered = new LinkedHashMap<>();

  private long lastTime;
  private boolean runs;
  private boolean frozen;

  Keepalives(
      Session session, Duration timeout, Timers timers, NanoClock clock, WallClock wallClock) {
    this.session = session;
    this.clock = clock;
    this.wallClock = wallClock;
    this.timeout = timeout;
    this.ask = new Alarm(timers, clock, () -> session.run(this::askAgain));
    this.watchdog = new Alarm(timers, clock, () -> session.run(this::silent));
  }

  private static void nothing() {}

  /** The agent can be spoken with. */
  void begin() {
    runs = true;
    arm();
  }

  private void arm() {
    long now = clock.nanoTime();
    ask.set(now + timeout.toNanos() / 2);
    watchdog.set(now + timeout.toNanos());
  }

  /** The agent may be silent from now on. */
  void end() {
    runs = false;
    ask.release();
    watchdog.release();
  }

  /** The process is stopped: it cannot answer. */
  void pause() {
    frozen = true;
    ask.clear();
    watchdog.clear();
  }

  /** The process goes on. */
  void resume() {
    if (frozen && runs) {
      frozen = false;
      arm();
      session.write(question(Keepalives::nothing));
    }
    frozen = false;
  }

  /** A frame of the agent has come. */
  void alive() {
    if (runs && !frozen) {
      watchdog.set(clock.nanoTime() + timeout.toNanos());
    }
  }

  private void askAgain() {
    if (!runs || frozen) {
      return;
    }
    ask.set(clock.nanoTime() + timeout.toNanos() / 2);
    if (unanswered.size() < MOST_UNANSWERED) {
      long time = nextTime();
      // A long event must not keep an agent from a sign of life that works through it.
      if (session.writeSoon(request(time))) {
        unanswered.putFirst(time, Keepalives::nothing);
      } else {
        unanswered.put(time, Keepalives::nothing);
      }
    }
  }

  private void silent() {
    if (runs && !frozen) {
      session.failed(
          UdfError.Type.KEEPALIVE_TIMEOUT,
          "The agent has not sent a frame for "
              + timeout.toMillis()
              + " ms"
              + session.incompleteFrame());
    }
  }

  /**
   * Returns a question.
   *
   * @param answered runs when the agent has answered it
   */
  Request question(Runnable answered) {
    long time = nextTime();
    unanswered.put(time, answered);
    return request(time);
  }

  private long nextTime() {
    lastTime = Math.max(lastTime + 1, TimeUnit.MILLISECONDS.toNanos(wallClock.epochMillis()));
    return lastTime;
  }

  private static Request request(long time) {
    return Request.newBuilder().setKeepalive(KeepaliveRequest.newBuilder().setTime(time)).build();
  }

  /**
   * The agent answered: the question with this time; or the oldest one, if the agent has a time of
   * its own. An agent that repeats an answer to show that it lives answers no other question with
   * it.
   */
  void answered(long time) {
    Runnable follows = unanswered.remove(time);
    boolean repeated = time > 0 && time <= lastTime;
    if (follows == null && !repeated && !unanswered.isEmpty()) {
      follows = unanswered.pollFirstEntry().getValue();
    }
    if (follows == null) {
      session.dropped("an answer to a keepalive that was not sent");
    } else {
      follows.run();
    }
  }
}
