package dev.rapid.queue.store;

import dev.rapid.core.queue.QueueEntry;
import dev.rapid.core.queue.Settlement;
import dev.rapid.lambda.Identifiers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Entries and changes for tests. */
public final class Entries {

  public static final String LANE = Lanes.ofFunction("orders");
  public static final long LEASE_MILLIS = 30_000;

  private Entries() {}

  /** Returns an entry that is due when it is accepted. */
  public static StoredEntry accepted(long millis) {
    return accepted(LANE, millis);
  }

  /** Returns an entry of a lane. */
  public static StoredEntry accepted(String lane, long millis) {
    return withPayload(lane, "{\"item\":1}".getBytes(StandardCharsets.UTF_8), millis);
  }

  /** Returns an entry with a payload. */
  public static StoredEntry withPayload(String lane, byte[] payload, long millis) {
    return StoredEntry.queued(
        Identifiers.sortedByTime(millis),
        lane,
        lane.substring(lane.indexOf('/') + 1),
        Identifiers.random(),
        Map.of(Attributes.INVOKED_ARN, "arn:aws:lambda:eu-west-1:000000000000:function:orders"),
        payload,
        millis,
        millis);
  }

  /** Returns entries that were accepted one after the other. */
  public static List<StoredEntry> several(int count, long firstMillis) {
    return IntStream.range(0, count).mapToObj(i -> accepted(firstMillis + i)).toList();
  }

  public static StoreChanges adding(long now, StoredEntry... entries) {
    return changes(List.of(entries), List.of(), List.of(), Map.of(), now);
  }

  public static StoreChanges claiming(long now, Map<String, Integer> atMost) {
    return changes(List.of(), List.of(), List.of(), atMost, now);
  }

  public static StoreChanges settling(
      long now, StoredEntry entry, Settlement settlement, StoredEntry... followers) {
    var settled = new StoreChanges.Settled(entry.entry(), settlement, List.of(followers));
    return changes(List.of(), List.of(settled), List.of(), Map.of(), now);
  }

  public static StoreChanges extending(long now, QueueEntry... entries) {
    return changes(List.of(), List.of(), List.of(entries), Map.of(), now);
  }

  private static StoreChanges changes(
      List<StoredEntry> added,
      List<StoreChanges.Settled> settled,
      List<QueueEntry> extended,
      Map<String, Integer> claims,
      long now) {
    return new StoreChanges(added, settled, extended, claims, now, LEASE_MILLIS);
  }
}
