package dev.rapid.queue.destination;

import dev.rapid.core.queue.Settlement;
import dev.rapid.lambda.Identifiers;
import dev.rapid.lambda.async.AsyncSettings;
import dev.rapid.lambda.async.Destination;
import dev.rapid.queue.store.Attributes;
import dev.rapid.queue.store.Lanes;
import dev.rapid.queue.store.StoredEntry;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the deliveries that follow the last attempt of an invocation. They are entries of the
 * queue, which come into the store in the transaction that settles the invocation: a delivery to a
 * function is an event of that function, others are in the lane of their destination.
 */
public final class Deliveries {

  private static final Logger LOG = System.getLogger(Deliveries.class.getName());

  /**
   * How many functions may pass records on to each other. The cloud ends such loops too, after
   * about as many.
   */
  static final int MAX_HOPS = 16;

  /**
   * Returns the entries to add when an invocation is settled.
   *
   * @param entry the invocation
   * @param settlement what becomes of it
   * @param result what the last attempt has answered, null if none has run
   * @param settings of the function
   * @param nowMillis the time, milliseconds since 1970
   * @return for {@link Settlement.Done} and {@link Settlement.Dead}, one for each destination that
   *     the settings name; else none. The deliveries themselves have none.
   */
  public List<StoredEntry> of(
      StoredEntry entry,
      Settlement settlement,
      @Nullable InvocationResult result,
      AsyncSettings settings,
      long nowMillis) {
    if (Lanes.isOfDestination(entry.lane())) {
      return List.of();
    }
    return switch (settlement) {
      case Settlement.Done done ->
          deliverable(entry, settings.onSuccess())
              .map(target ->
                  delivery(
                      entry,
                      target,
                      attributesOf(entry, DeliveryKind.SUCCESS),
                      InvocationRecord.of(entry, done, result, nowMillis),
                      nowMillis))
              .stream()
              .toList();
      case Settlement.Dead dead -> ofFailure(entry, dead, result, settings, nowMillis);
      case Settlement.Again again -> List.of();
      case Settlement.Released released -> List.of();
    };
  }

  private static List<StoredEntry> ofFailure(
      StoredEntry entry,
      Settlement.Dead dead,
      @Nullable InvocationResult result,
      AsyncSettings settings,
      long nowMillis) {
    List<StoredEntry> deliveries = new ArrayList<>();
    deliverable(entry, settings.onFailure())
        .ifPresent(target ->
            deliveries.add(
                delivery(
                    entry,
                    target,
                    attributesOf(entry, DeliveryKind.FAILURE),
                    InvocationRecord.of(entry, dead, result, nowMillis),
                    nowMillis)));
    deliverable(entry, settings.deadLetters())
        .ifPresent(target -> {
          Map<String, String> attributes = attributesOf(entry, DeliveryKind.DEAD_LETTER);
          DeadLetter.of(entry, dead, result).putTo(attributes);
          deliveries.add(delivery(entry, target, attributes, entry.payload(), nowMillis));
        });
    return deliveries;
  }

  /** Returns a destination that gets deliveries, empty if there is none. */
  private static Optional<Destination> deliverable(
      StoredEntry entry, @Nullable Destination destination) {
    return switch (destination) {
      case null -> Optional.empty();
      case Destination.OfService service when service.endpoint() == null -> Optional.empty();
      case Destination.OfFunction function when hops(entry) >= MAX_HOPS -> {
        LOG.log(
            Level.WARNING,
            "The record of {0} does not go to {1}: {2} functions have passed records on to each"
                + " other",
            entry.requestId(),
            function.name(),
            MAX_HOPS);
        yield Optional.empty();
      }
      case Destination other -> Optional.of(other);
    };
  }

  private static StoredEntry delivery(
      StoredEntry entry,
      Destination destination,
      Map<String, String> attributes,
      byte[] payload,
      long nowMillis) {
    return destination instanceof Destination.OfFunction function
        ? event(entry, function, payload, nowMillis)
        : StoredEntry.queued(
            Identifiers.sortedByTime(nowMillis),
            Lanes.ofDestination(destination.name()),
            entry.function(),
            entry.requestId(),
            attributes,
            payload,
            nowMillis,
            nowMillis);
  }

  private static StoredEntry event(
      StoredEntry entry, Destination.OfFunction function, byte[] payload, long nowMillis) {
    Map<String, String> attributes = new HashMap<>();
    attributes.put(Attributes.INVOKED_ARN, function.arn());
    if (function.qualifier() != null) {
      attributes.put(Attributes.QUALIFIER, function.qualifier());
    }
    String trace = entry.attributes().get(Attributes.TRACE_ID);
    if (trace != null) {
      attributes.put(Attributes.TRACE_ID, trace);
    }
    attributes.put(Attributes.HOPS, Integer.toString(hops(entry) + 1));
    return StoredEntry.queued(
        Identifiers.sortedByTime(nowMillis),
        Lanes.ofFunction(function.function()),
        function.function(),
        Identifiers.random(),
        attributes,
        payload,
        nowMillis,
        nowMillis);
  }

  private static Map<String, String> attributesOf(StoredEntry entry, DeliveryKind kind) {
    Map<String, String> attributes = new HashMap<>();
    attributes.put(Attributes.DELIVERY, kind.name());
    attributes.put(Attributes.INVOKED_ARN, InvocationRecord.qualifiedArn(entry));
    return attributes;
  }

  private static int hops(StoredEntry entry) {
    return Integer.parseInt(entry.attributes().getOrDefault(Attributes.HOPS, "0"));
  }
}
