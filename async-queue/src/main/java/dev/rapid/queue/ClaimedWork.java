package dev.rapid.queue;

import dev.rapid.core.queue.AttemptResult;
import dev.rapid.core.queue.Settlement;
import dev.rapid.queue.destination.InvocationResult;
import dev.rapid.queue.store.StoredEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An entry that the node has claimed, and how its attempt has ended. Thread-safe. */
final class ClaimedWork {

  private StoredEntry entry;
  private @Nullable AttemptResult result;
  private @Nullable InvocationResult invocation;

  /** What {@link #followers} has returned, so that a repeated settlement adds the same entries. */
  private @Nullable Settlement settlement;

  private List<StoredEntry> followers = List.of();

  ClaimedWork(StoredEntry entry) {
    this.entry = entry;
  }

  synchronized StoredEntry entry() {
    return entry;
  }

  /** Goes on with a newer claim; an attempt that runs, or has ended, is the one of this claim. */
  synchronized void claimedAgain(StoredEntry newer) {
    entry = newer;
  }

  synchronized void begin() {
    result = null;
    invocation = null;
  }

  synchronized void end(AttemptResult ended, @Nullable InvocationResult answer) {
    result = ended;
    invocation = answer;
  }

  /** Returns the entries that come with a settlement. */
  synchronized List<StoredEntry> followers(Settlement next, Followers makes, long nowMillis) {
    if (!next.equals(settlement)) {
      settlement = next;
      followers = makes.of(entry, next, invocation, nowMillis);
    }
    return followers;
  }

  /** Tells a listener of a settlement that is committed. */
  void report(Settlement committed, QueueListener listener) {
    StoredEntry settled;
    AttemptResult ended;
    synchronized (this) {
      settled = entry;
      ended = result;
    }
    if (ended == null) {
      listener.settledUnrun(settled, committed);
    } else {
      listener.ended(settled, ended, committed);
    }
  }
}
