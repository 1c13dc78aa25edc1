package dev.rapid.queue;

import dev.rapid.core.queue.Settlement;
import dev.rapid.queue.destination.InvocationResult;
import dev.rapid.queue.store.StoredEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the entries that follow a settled one: the deliveries of an invocation. */
@FunctionalInterface
public interface Followers {

  /** Nothing follows. */
  Followers NONE = (entry, settlement, result, now) -> List.of();

  /**
   * Returns the entries that are added when an entry is settled.
   *
   * @param settlement what becomes of {@code entry}
   * @param result what the function has answered to the last attempt, null if none has run
   * @param nowMillis the time of the store
   */
  List<StoredEntry> of(
      StoredEntry entry, Settlement settlement, @Nullable InvocationResult result, long nowMillis);
}
