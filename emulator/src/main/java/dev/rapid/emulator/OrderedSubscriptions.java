package dev.rapid.emulator;

import dev.rapid.core.events.Subscriptions;
import dev.rapid.telemetry.log.InvocationLog;

/**
 * Releases the lifecycle events that the log holds before each step of the subscriptions, so that
 * no event of a generation arrives after its end; only {@link #settle} waits for them.
 */
record OrderedSubscriptions(Subscriptions subscriptions, InvocationLog log)
    implements Subscriptions {

  @Override
  public void open(int generation) {
    log.releaseHeld();
    subscriptions.open(generation);
  }

  @Override
  public void close(int generation) {
    log.releaseHeld();
    subscriptions.close(generation);
  }

  @Override
  public void flush(int generation, Runnable done) {
    log.releaseHeld();
    subscriptions.flush(generation, done);
  }

  @Override
  public void settle(int generation, Runnable done) {
    log.whenPassed(() -> subscriptions.flush(generation, done));
  }

  @Override
  public void end(int generation) {
    log.releaseHeld();
    subscriptions.end(generation);
  }
}
