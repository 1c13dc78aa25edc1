package dev.rapid.kapacitor.host;

import com.google.protobuf.ByteString;
import dev.rapid.core.time.Alarm;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.kapacitor.SavedState;
import dev.rapid.kapacitor.protocol.Request;
import dev.rapid.kapacitor.protocol.SnapshotRequest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * Asks an agent for its state from time to time, between its invocations (contract kapacitor-udf,
 * sections 8.1 and 8.2). Runs in the mailbox of the session.
 */
final class Snapshots {

  private static final Logger LOG = System.getLogger(Snapshots.class.getName());

  private final Session session;
  private final Duration interval;
  private final SavedState state;
  private final SavedState.Key key;
  private final NanoClock clock;
  private final Alarm alarm;

  private boolean due;
  private boolean asked;

  /**
   * @param state takes the state
   */
  Snapshots(
      Session session,
      Duration interval,
      SavedState state,
      SavedState.Key key,
      Timers timers,
      NanoClock clock) {
    this.session = session;
    this.interval = interval;
    this.state = state;
    this.key = key;
    this.clock = clock;
    this.alarm = new Alarm(timers, clock, () -> session.run(this::rang));
  }

  void begin() {
    alarm.set(clock.nanoTime() + interval.toNanos());
  }

  void end() {
    alarm.release();
  }

  private void rang() {
    if (!session.isOver()) {
      alarm.set(clock.nanoTime() + interval.toNanos());
      due = true;
      askIfIdle();
    }
  }

  /** The agent has nothing to do, or no more. */
  void askIfIdle() {
    if (due && !asked && session.isIdle()) {
      due = false;
      asked = true;
      session.write(Request.newBuilder().setSnapshot(SnapshotRequest.getDefaultInstance()).build());
    }
  }

  /**
   * Takes the state.
   *
   * @return whether it was asked for
   */
  boolean taken(ByteString bytes) {
    if (!asked) {
      return false;
    }
    asked = false;
    state.save(key, bytes.toByteArray());
    LOG.log(
        Level.DEBUG, "The agent of {0} gave a state of {1} bytes", key.function(), bytes.size());
    return true;
  }
}
