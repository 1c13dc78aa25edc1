package dev.rapid.emulator.settings;

import dev.rapid.queue.store.StoreSettings;
import java.time.Duration;
import java.util.Set;

/**
 * The queue of asynchronous invocations, which all functions share.
 *
 * @param store where accepted events are kept
 * @param roles what this node does with them
 * @param timeScale all waits and ages of the queue are divided by this number, so that tests need
 *     not wait; leases are not
 */
public record QueueSettings(StoreSettings store, Set<NodeRole> roles, int timeScale) {

  /** The largest {@link #timeScale}: an hour is 36 ms. */
  public static final int MAX_TIME_SCALE = 100_000;

  /** A queue in memory, at the cloud's pace. */
  public static final QueueSettings DEFAULT =
      new QueueSettings(new StoreSettings.InMemory(), Set.of(NodeRole.values()), 1);

  /** Copies the roles. */
  public QueueSettings {
    roles = Set.copyOf(roles);
  }

  /** Returns a wait or an age of the cloud at the pace of this queue. */
  public Duration scaled(Duration ofTheCloud) {
    return ofTheCloud.dividedBy(timeScale);
  }
}
