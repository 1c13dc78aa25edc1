package dev.rapid.emulator.queue;

import dev.rapid.core.queue.Settlement;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.QueueSettings;
import dev.rapid.lambda.async.AsyncSettings;
import dev.rapid.lambda.async.Destination;
import dev.rapid.queue.AsyncQueue;
import dev.rapid.queue.Followers;
import dev.rapid.queue.delivery.DeliveryRunners;
import dev.rapid.queue.destination.Deliveries;
import dev.rapid.queue.destination.InvocationResult;
import dev.rapid.queue.store.Lanes;
import dev.rapid.queue.store.StoredEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries that follow the invocations of all functions, and a lane for each destination that
 * is no function. A lane stays when the last function has another destination, for the deliveries
 * that it still has. Thread-safe.
 */
final class DeliveryLanes implements Followers, AutoCloseable {

  private final QueueSettings settings;
  private final Deliveries deliveries = new Deliveries();
  private final DeliveryRunners runners = new DeliveryRunners(System.getenv());

  /** By function; those of one that went away count for its last invocations. */
  private final Map<String, AsyncSettings> functions = new ConcurrentHashMap<>();

  DeliveryLanes(QueueSettings settings) {
    this.settings = settings;
  }

  /** Delivers as these functions say from now on. */
  void serve(AsyncQueue queue, List<FunctionSettings> now) {
    List<Destination> destinations = new ArrayList<>();
    for (FunctionSettings each : now) {
      AsyncSettings async = each.async();
      functions.put(each.name(), async);
      Stream.of(async.onSuccess(), async.onFailure(), async.deadLetters())
          .filter(Objects::nonNull)
          .filter(destination -> !(destination instanceof Destination.OfFunction))
          .forEach(destinations::add);
    }
    for (Destination each : destinations) {
      queue.serve(
          Lanes.ofDestination(each.name()),
          DeliveryRunners.capacity(each),
          DeliveryRunners.policy(settings.timeScale()),
          runners.runner(each));
    }
  }

  @Override
  public List<StoredEntry> of(
      StoredEntry entry, Settlement settlement, @Nullable InvocationResult result, long nowMillis) {
    AsyncSettings async = functions.get(entry.function());
    return async == null ? List.of() : deliveries.of(entry, settlement, result, async, nowMillis);
  }

  @Override
  public void close() {
    runners.close();
  }
}
