package dev.rapid.status.queue;

import dev.rapid.core.queue.AttemptResult;
import dev.rapid.core.queue.QueueEntry;
import dev.rapid.core.queue.Settlement;
import dev.rapid.queue.QueueListener;
import dev.rapid.queue.store.EntryState;
import dev.rapid.queue.store.Lanes;
import dev.rapid.queue.store.StoredEntry;
import dev.rapid.telemetry.metrics.LifecycleMeters;
import dev.rapid.telemetry.metrics.Meters;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what happens in the queue of this node, for Prometheus. How many entries there are is the
 * number of all nodes ({@link QueueCounts}).
 */
public final class QueueMeters implements QueueListener {

  private static final String SUCCESS = "Success";

  private final LifecycleMeters meters;
  private final QueueCounts counts;

  private final Map<Series, LongAdder> counters = new ConcurrentHashMap<>();
  private final Map<String, Boolean> functions = new ConcurrentHashMap<>();
  private final LongAdder commits = new LongAdder();
  private final LongAdder commitNanos = new LongAdder();
  private final LongAdder commitOperations = new LongAdder();
  private final LongAdder claimsLost = new LongAdder();
  private volatile boolean storeAvailable = true;

  /** A counter with one label besides the function. */
  private record Series(String name, String function, String label, String value) {}

  /**
   * Creates meters that are zero.
   *
   * @param meters shows them
   * @param counts how many entries there are
   */
  public QueueMeters(LifecycleMeters meters, QueueCounts counts) {
    this.meters = meters;
    this.counts = counts;
    meters.bind(this::bindTo);
  }

  private void bindTo(Meters to) {
    to.timer(
        "rapid.async.commit", "Transactions of the queue's store", commits::sum, commitNanos::sum);
    to.counter(
        "rapid.async.commit.operations",
        "Events, attempts and claims that these transactions were for",
        commitOperations::sum);
    to.counter(
        "rapid.async.claims.lost",
        "Attempts whose claim did not hold to their end, so that they run again",
        claimsLost::sum);
    to.gauge(
        "rapid.async.store.available",
        "Whether the queue's store could be reached, 1 or 0",
        () -> storeAvailable ? 1 : 0);
    for (EntryState state : EntryState.values()) {
      to.gauge(
          "rapid.async.deliveries",
          "Deliveries to destinations in the queue of all nodes",
          () -> counts.get().entries(Lanes::isOfDestination, state),
          "state",
          word(state));
    }
  }

  /** Shows how many events of a function there are from now on. */
  public void watch(String function) {
    if (functions.putIfAbsent(function, true) == null) {
      meters.bind(to -> bindTo(to, function));
    }
  }

  private void bindTo(Meters to, String function) {
    String lane = Lanes.ofFunction(function);
    for (EntryState state : EntryState.values()) {
      to.gauge(
          "rapid.async.entries",
          "Events in the queue of all nodes",
          () -> counts.get().entries(lane, state),
          Meters.FUNCTION,
          function,
          "state",
          word(state));
    }
    to.gauge(
        "rapid.async.ready",
        "Events in the queue of all nodes that could run now",
        () -> counts.get().due(lane),
        Meters.FUNCTION,
        function);
    to.gauge(
        "rapid.async.oldest.seconds",
        "Age of the oldest event in the queue of all nodes that is not given up",
        () -> counts.get().oldestSeconds(lane),
        Meters.FUNCTION,
        function);
  }

  // ------------------------------------------------------------------ what happens

  @Override
  public void accepted(StoredEntry entry) {
    count("rapid.async.accepted", "Events that were accepted", entry, "", "");
  }

  @Override
  public void ended(StoredEntry entry, AttemptResult result, Settlement settlement) {
    boolean delivery = Lanes.isOfDestination(entry.lane());
    count(
        delivery ? "rapid.async.delivery.attempts" : "rapid.async.attempts",
        delivery ? "Attempts of deliveries to destinations" : "Attempts of events",
        entry,
        "result",
        switch (result) {
          case AttemptResult.Succeeded r -> "succeeded";
          case AttemptResult.Failed r -> "failed";
          case AttemptResult.NotRun r -> "not_run";
          case AttemptResult.Hopeless r -> "hopeless";
        });
    outcome(entry, settlement);
  }

  @Override
  public void settledUnrun(StoredEntry entry, Settlement settlement) {
    outcome(entry, settlement);
  }

  private void outcome(StoredEntry entry, Settlement settlement) {
    String condition =
        switch (settlement) {
          case Settlement.Done s -> SUCCESS;
          case Settlement.Dead s -> s.condition().wireName();
          case Settlement.Again s -> "";
          case Settlement.Released s -> "";
        };
    if (!condition.isEmpty()) {
      boolean delivery = Lanes.isOfDestination(entry.lane());
      count(
          delivery ? "rapid.async.delivery.outcomes" : "rapid.async.outcomes",
          delivery ? "Deliveries that are over" : "Events that are over",
          entry,
          "condition",
          condition);
    }
  }

  @Override
  public void claimLost(QueueEntry entry) {
    claimsLost.increment();
  }

  @Override
  public void committed(int operations, long nanos) {
    commits.increment();
    commitOperations.add(operations);
    commitNanos.add(nanos);
  }

  @Override
  public void storeAvailable(boolean available, String message) {
    storeAvailable = available;
  }

  private void count(
      String name, String description, StoredEntry entry, String label, String value) {
    Series series = new Series(name, entry.function(), label, value);
    LongAdder counter = counters.get(series);
    if (counter == null) {
      counter = counters.computeIfAbsent(series, fresh -> show(fresh, description));
    }
    counter.increment();
  }

  private LongAdder show(Series series, String description) {
    LongAdder counter = new LongAdder();
    meters.bind(to -> {
      if (series.label().isEmpty()) {
        to.counter(series.name(), description, counter::sum, Meters.FUNCTION, series.function());
      } else {
        to.counter(
            series.name(),
            description,
            counter::sum,
            Meters.FUNCTION,
            series.function(),
            series.label(),
            series.value());
      }
    });
    return counter;
  }

  private static String word(EntryState state) {
    return state.name().toLowerCase(Locale.ROOT);
  }
}
