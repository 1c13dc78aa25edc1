package dev.rapid.queue.destination;

import dev.rapid.core.queue.Settlement;
import dev.rapid.lambda.async.AsyncSettings;
import dev.rapid.queue.store.StoredEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the deliveries that follow the last attempt of an invocation. */
public interface Deliveries {

  /**
   * Returns the entries to add when an invocation is settled.
   *
   * @param entry the invocation
   * @param settlement what becomes of it
   * @param result what the last attempt has answered, null if none has run
   * @param settings of the function
   * @param nowMillis the time, milliseconds since 1970
   * @return for {@link Settlement.Done} and {@link Settlement.Dead}, one for each destination that
   *     the settings name; else none
   */
  List<StoredEntry> of(
      StoredEntry entry,
      Settlement settlement,
      @Nullable InvocationResult result,
      AsyncSettings settings,
      long nowMillis);
}
