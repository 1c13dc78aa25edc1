package dev.rapid.telemetry.delivery;

import java.util.concurrent.atomic.LongAdder;

/** Counts records and calls to subscribe since the start. Safe for any thread. */
public final class TelemetryCounters {

  private final LongAdder sent = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder subscriptions = new LongAdder();
  private final LongAdder subscribed = new LongAdder();
  private final LongAdder clientErrors = new LongAdder();
  private final LongAdder serverErrors = new LongAdder();

  /** Creates counters that are all zero. */
  public TelemetryCounters() {}

  /** Returns how many records subscribers have taken, each counted for every subscriber. */
  public long recordsSent() {
    return sent.sum();
  }

  /** Returns how many records subscribers did not get because they were slow or refused them. */
  public long recordsDropped() {
    return dropped.sum();
  }

  /** Returns how many calls to subscribe were answered with success, repetitions included. */
  public long subscribeSuccesses() {
    return subscribed.sum();
  }

  /** Returns how many calls to subscribe failed because of the extension. */
  public long subscribeClientErrors() {
    return clientErrors.sum();
  }

  /** Returns how many calls to subscribe failed because of Rapid. */
  public long subscribeServerErrors() {
    return serverErrors.sum();
  }

  /** Returns how many subscriptions there are now. */
  public long subscriptions() {
    return subscriptions.sum();
  }

  /** Counts a subscription that begins. */
  public void began() {
    subscriptions.increment();
  }

  /** Counts a subscription that has ended. */
  public void ended() {
    subscriptions.decrement();
  }

  void sent(long records) {
    sent.add(records);
  }

  void dropped(long records) {
    dropped.add(records);
  }

  /** Counts the answer to a call to subscribe. */
  public void answered(int status) {
    if (status < 400) {
      subscribed.increment();
    } else if (status < 500) {
      clientErrors.increment();
    } else {
      serverErrors.increment();
    }
  }
}
