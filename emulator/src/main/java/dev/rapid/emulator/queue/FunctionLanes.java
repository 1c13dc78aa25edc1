package dev.rapid.emulator.queue;

import dev.rapid.core.queue.RetryPolicy;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.QueueSettings;
import dev.rapid.lambda.async.AsyncSettings;
import dev.rapid.queue.AsyncQueue;
import dev.rapid.queue.store.Lanes;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The lanes of functions: one for each, with as much room as its sandboxes. A function that goes
 * away takes its lane along; its events wait in the store until it is back. Thread-safe.
 */
final class FunctionLanes {

  private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(1);
  private static final Duration MAX_BACK_OFF = Duration.ofMinutes(5);
  private static final Duration SHORTEST_WAIT = Duration.ofMillis(1);

  private final QueueSettings settings;

  /** Guarded by this. */
  private final Set<String> served = new HashSet<>();

  FunctionLanes(QueueSettings settings) {
    this.settings = settings;
  }

  /** Serves the lanes of these functions from now on, as they are configured now, and no others. */
  synchronized void serve(AsyncQueue queue, List<QueuedFunction> functions) {
    Set<String> lanes = new HashSet<>();
    for (QueuedFunction each : functions) {
      FunctionSettings function = each.settings().get();
      String lane = Lanes.ofFunction(function.name());
      lanes.add(lane);
      queue.serve(
          lane, each.seats().getAsInt(), policy(function), new FleetAttempts(each.targets()));
    }
    served.stream().filter(lane -> !lanes.contains(lane)).forEach(queue::withdraw);
    served.clear();
    served.addAll(lanes);
  }

  private RetryPolicy policy(FunctionSettings function) {
    AsyncSettings async = function.async();
    return new RetryPolicy(
        async.attempts(),
        settings.scaled(async.retryBase()),
        settings.scaled(async.maxAge()),
        atLeast(SHORTEST_WAIT, settings.scaled(FIRST_BACK_OFF)),
        atLeast(SHORTEST_WAIT, settings.scaled(MAX_BACK_OFF)),
        function.concurrency().runsNothing());
  }

  private static Duration atLeast(Duration least, Duration wait) {
    return wait.compareTo(least) < 0 ? least : wait;
  }
}
