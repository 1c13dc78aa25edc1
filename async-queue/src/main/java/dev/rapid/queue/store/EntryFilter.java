package dev.rapid.queue.store;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which entries; null members do not restrict it.
 *
 * @param id one entry
 * @param requestId those of one invocation
 * @param function those of one function
 * @param state those in one state
 */
public record EntryFilter(
    @Nullable UUID id,
    @Nullable String requestId,
    @Nullable String function,
    @Nullable EntryState state) {

  /** All entries. */
  public static final EntryFilter ALL = new EntryFilter(null, null, null, null);

  /** Returns whether an entry is one of them. */
  public boolean matches(StoredEntry entry) {
    return (id == null || id.equals(entry.id()))
        && (requestId == null || requestId.equals(entry.requestId()))
        && (function == null || function.equals(entry.function()))
        && (state == null || state == entry.state());
  }
}
