package dev.rapid.fnrunner.server;

import dev.rapid.core.invocation.PayloadHeaders;
import dev.rapid.fnrunner.CallModel;
import dev.rapid.fnrunner.RunnerFunction;
import dev.rapid.fnrunner.server.protocol.RunnerStatus;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code Status}: numbers of the runner, and the result of its status function, which runs
 * at most once at a time and whose result is kept for a moment (contract fn-runner, section 1.10).
 */
final class StatusRuns {

  private static final Logger LOG = System.getLogger(StatusRuns.class.getName());
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(1);
  private static final long KEPT_NANOS = Duration.ofMillis(1500).toNanos();
  private static final String WORKER_KEY = "status";

  private final RunnerContext context;

  // All guarded by this.
  private List<Consumer<RunnerStatus>> waiting = new ArrayList<>();
  private @Nullable RunnerStatus last;
  private long lastNanos;

  StatusRuns(RunnerContext context) {
    this.context = context;
  }

  /**
   * Answers a request, now or when the status function has ended.
   *
   * @param input what the status function gets, if it runs
   */
  void request(byte[] input, Consumer<RunnerStatus> to) {
    String image = context.settings().statusFunction();
    if (image == null) {
      to.accept(withNumbers(RunnerStatus.getDefaultInstance()));
      return;
    }
    RunnerStatus kept;
    synchronized (this) {
      kept = last != null && System.nanoTime() - lastNanos < KEPT_NANOS ? last : null;
      if (kept == null) {
        waiting.add(to);
        if (waiting.size() > 1) {
          return;
        }
      }
    }
    if (kept == null) {
      run(image, input);
    } else {
      to.accept(withNumbers(kept.toBuilder().setCached(true).build()));
    }
  }

  private void run(String image, byte[] input) {
    CallModel call =
        new CallModel(
            CallIds.next(),
            image,
            false,
            TIMEOUT,
            IDLE_TIMEOUT,
            0,
            Map.of(),
            PayloadHeaders.NONE,
            "",
            "",
            "",
            WORKER_KEY);
    StatusRun run = new StatusRun(call.id(), this::ended);
    try {
      RunnerFunction function = context.functions().find(call);
      if (function == null) {
        run.fail(CallFailure.unknownFunction(call));
      } else {
        run.begin(context, function, call, input);
      }
    } catch (RuntimeException e) {
      // Without an end, all later requests would wait for this run.
      LOG.log(Level.ERROR, "The status function could not be run", e);
      run.fail(CallFailure.ours());
    }
  }

  private void ended(RunnerStatus result) {
    List<Consumer<RunnerStatus>> readers;
    synchronized (this) {
      last = result;
      lastNanos = System.nanoTime();
      readers = waiting;
      waiting = new ArrayList<>();
    }
    RunnerStatus first = withNumbers(result);
    RunnerStatus others = first.toBuilder().setCached(true).build();
    for (int i = 0; i < readers.size(); i++) {
      readers.get(i).accept(i == 0 ? first : others);
    }
  }

  private RunnerStatus withNumbers(RunnerStatus result) {
    RunnerCounters counters = context.counters();
    return result.toBuilder()
        .setActive(counters.active())
        .setRequestsReceived(counters.received())
        .setRequestsHandled(counters.handled())
        .putAllCustomStatus(context.functions().status())
        .build();
  }
}
