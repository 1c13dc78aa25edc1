package dev.rapid.core.queue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A store with transactions, which counts what its entries have been through. */
final class SimulatedStore {

  private static final Comparator<Stored> BY_DUE =
      Comparator.comparingLong((Stored each) -> each.due).thenComparing(each -> each.id);

  /** Whether a claim may have run out, because its node had trouble. */
  interface Excuses {

    boolean excuse(Holder holder, long sinceMillis);
  }

  /** One life of a node. */
  record Holder(int node, int life) {}

  /** An entry, and its story. */
  static final class Stored {

    final UUID id;
    final String lane;
    final long accepted;
    long due;
    int claim;
    int attempts;
    int throttles;
    @Nullable Holder holder;
    long leasedSince;
    @Nullable Settlement end;

    /** Attempts that have begun. */
    int begins;

    /** Attempts whose result lets another one follow. */
    int agains;

    /** Claims that ran out. */
    int expired;

    /** Whether an attempt has succeeded. */
    boolean succeeded;

    Stored(UUID id, String lane, long accepted) {
      this.id = id;
      this.lane = lane;
      this.accepted = accepted;
      this.due = accepted;
    }

    private QueueEntry entry() {
      return new QueueEntry(id, lane, claim, attempts, throttles, accepted);
    }

    @Override
    public String toString() {
      return lane + "/" + id.getLeastSignificantBits();
    }
  }

  /** What one transaction asks for; carried out in this order. */
  static final class Changes {

    final List<Stored> added = new ArrayList<>();
    final List<QueueEffect.Settle> settled = new ArrayList<>();
    QueueEffect.@Nullable ExtendLeases extended;
    QueueEffect.@Nullable Claim claim;

    boolean isEmpty() {
      return added.isEmpty() && settled.isEmpty() && extended == null && claim == null;
    }
  }

  final Map<UUID, Stored> entries = new LinkedHashMap<>();
  private final long leaseMillis;
  private final Excuses excuses;

  SimulatedStore(long leaseMillis, Excuses excuses) {
    this.leaseMillis = leaseMillis;
    this.excuses = excuses;
  }

  /** Carries out a transaction and returns the events that tell the node. */
  List<QueueEvent> commit(Holder node, Changes changes, long nowMillis) {
    List<QueueEvent> answers = new ArrayList<>();
    for (Stored each : changes.added) {
      entries.put(each.id, each);
      answers.add(new QueueEvent.Added(each.lane, each.due));
    }
    for (QueueEffect.Settle each : changes.settled) {
      answers.add(new QueueEvent.Settled(each.entry(), settle(each, nowMillis)));
    }
    QueueEffect.ExtendLeases extended = changes.extended;
    if (extended != null) {
      Set<QueueEntry> lost = new HashSet<>();
      for (QueueEntry each : extended.entries()) {
        Stored stored = held(each);
        if (stored == null) {
          lost.add(each);
        } else {
          stored.due = nowMillis + leaseMillis;
          stored.leasedSince = nowMillis;
        }
      }
      answers.add(new QueueEvent.LeasesExtended(lost));
    }
    QueueEffect.Claim claim = changes.claim;
    if (claim != null) {
      answers.add(claim(node, claim, nowMillis));
    }
    return answers;
  }

  private @Nullable Stored held(QueueEntry entry) {
    Stored stored = entries.get(entry.id());
    return stored != null && stored.holder != null && stored.claim == entry.claim() ? stored : null;
  }

  private boolean settle(QueueEffect.Settle settle, long nowMillis) {
    Stored stored = held(settle.entry());
    if (stored == null) {
      return false;
    }
    check(stored.end == null, stored + " is settled after its end");
    stored.holder = null;
    switch (settle.settlement()) {
      case Settlement.Done done -> {
        check(stored.succeeded, stored + " is done without a success");
        stored.end = done;
      }
      case Settlement.Dead dead -> {
        stored.attempts = dead.attempts();
        stored.end = dead;
      }
      case Settlement.Again(long due, int attempts, int throttles, String reason) -> {
        stored.due = due;
        stored.attempts = attempts;
        stored.throttles = throttles;
        stored.agains++;
      }
      case Settlement.Released() -> stored.due = nowMillis;
    }
    return true;
  }

  private QueueEvent claim(Holder node, QueueEffect.Claim claim, long nowMillis) {
    List<QueueEntry> claimed = new ArrayList<>();
    Map<String, Long> nextDue = new HashMap<>();
    claim
        .atMost()
        .forEach((lane, atMost) -> {
          List<Stored> waiting = new ArrayList<>();
          for (Stored each : entries.values()) {
            if (each.end == null && each.lane.equals(lane)) {
              waiting.add(each);
            }
          }
          waiting.sort(BY_DUE);
          int count = 0;
          for (Stored each : waiting) {
            if (count == atMost || each.due > nowMillis) {
              break;
            }
            count++;
            Holder holder = each.holder;
            if (holder != null) {
              check(
                  excuses.excuse(holder, each.leasedSince),
                  each + " is taken from a node without trouble");
              each.expired++;
            }
            each.claim++;
            each.holder = node;
            each.leasedSince = nowMillis;
            each.due = nowMillis + leaseMillis;
            claimed.add(each.entry());
          }
          long first = QueueState.NEVER;
          for (Stored each : waiting) {
            first = Math.min(first, each.due);
          }
          if (!waiting.isEmpty()) {
            nextDue.put(lane, first);
          }
        });
    return new QueueEvent.Claimed(claimed, nextDue);
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}
