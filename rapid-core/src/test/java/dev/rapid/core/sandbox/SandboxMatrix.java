package dev.rapid.core.sandbox;

import dev.rapid.core.events.InitPhase;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.WorkerState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Names the variants of a state that answer events differently, and what an event does to them. */
final class SandboxMatrix {

  /** What an event that changes nothing is called. */
  static final String IGNORED = "";

  /** A variant of a state and a kind of event. */
  record Cell(String row, String column) {}

  private SandboxMatrix() {}

  static Cell cellOf(SandboxState state, SandboxConfig config, SandboxEvent event) {
    return new Cell(rowOf(state, config), columnOf(event));
  }

  static String rowOf(SandboxState state, SandboxConfig config) {
    List<String> words = new ArrayList<>();
    boolean attached = !config.owner().seesProcess();
    switch (state.phase()) {
      case Phase.Cold() -> {
        words.add("Cold");
        if (state.generation() > 0) {
          words.add("again");
        }
      }
      case Phase.Initializing p -> {
        words.add(attached ? "Initializing, attached" : initializing(p.initPhase()));
        words.add(state.worker().name());
        if (!p.runtimeStarted()) {
          words.add("runtime not started");
        }
        if (p.failure() != null) {
          words.add(p.failure().exitMayFollow() ? "broken" : "exited");
        }
        describe(p, words);
      }
      case Phase.Serving p when p.isIdle() -> {
        words.add("Ready");
        if (state.worker() == WorkerState.SNAPSHOT_READY) {
          words.add(state.worker().name());
          if (state.side().restoreSlot() == null) {
            words.add("no poll");
          }
        } else if (state.slots().isEmpty()) {
          words.add("no poll");
        }
        if (state.freeze().frozen()) {
          words.add("frozen");
        } else if (state.freeze().settling() > 0) {
          words.add("settling");
        } else if (!state.freeze().due().isNever()) {
          words.add("to be frozen");
        }
      }
      case Phase.Serving p when p.isFinishing() -> words.add("Finishing");
      case Phase.Serving p -> {
        words.add(attached ? "Invoking, attached" : "Invoking");
        if (config.capacity() > 1) {
          words.add("shared");
        }
        for (RunningInvocation each : p.running()) {
          describe(each, attached, words);
        }
        if (!state.slots().isEmpty()) {
          words.add("polled");
        }
        if (!p.waiting().isEmpty()) {
          words.add("waiting");
        }
      }
      case Phase.Failed() -> words.add("Failed");
      case Phase.Restoring p -> {
        words.add("Restoring");
        words.add(state.worker().name());
        if (p.failed()) {
          words.add("failed");
        } else if (!p.delivered()) {
          words.add("no poll");
        }
        describe(p, words);
      }
      case Phase.Resetting p -> {
        words.add(attached ? "Resetting, attached" : "Resetting");
        if (!attached) {
          words.add(p.stop().stage().name().toLowerCase(Locale.ROOT));
        }
        describe(p, words);
        if (attached && !state.slots().isEmpty()) {
          words.add("polled");
        }
      }
      case Phase.ShuttingDown p ->
          words.add("ShuttingDown, " + p.stop().stage().name().toLowerCase(Locale.ROOT));
      case Phase.Terminated() -> words.add("Terminated");
    }
    if (!state.extensions().isEmpty()) {
      words.add(
          "extension "
              + state.extensions().stream()
                  .map(extension ->
                      extension.state().wireName()
                          + (extension.alive() || !extension.isExternal() ? "" : " ended"))
                  .distinct()
                  .sorted()
                  .collect(Collectors.joining(" + ")));
    }
    return String.join(", ", words);
  }

  private static void describe(RunningInvocation r, boolean attached, List<String> words) {
    words.add(r.workerState().name());
    if (r.truncation() != null) {
      words.add("truncated");
    }
    if (attached && r.delivery() != null && r.delivery().connectionClosed()) {
      words.add("connection closed");
    }
    if (r.failure() != null) {
      words.add(nameOf(r.failure()));
    }
    if (r.answered() && r.status() == InvocationStatus.REPLYING) {
      words.add("cancelled");
    }
    if (r.invocation().reserved()) {
      words.add("reserved");
    }
    if (r.isStreaming()) {
      words.add("streaming");
    }
  }

  private static void describe(Phase phase, List<String> words) {
    for (WaitingInvocation each : phase.waiting()) {
      words.add(each.answered() ? "answered" : "waiting");
      boolean paid = phase instanceof Phase.Restoring && each.startedNanos() != null;
      if (paid || each.announced()) {
        words.add("begun");
      }
    }
  }

  private static String nameOf(Failure failure) {
    if (failure.exitMayFollow()) {
      return "broken";
    }
    return failure.ofRuntime() ? "exited" : "extension exited";
  }

  private static String initializing(InitPhase phase) {
    return "Initializing, phase " + phase.wireName();
  }

  static String columnOf(SandboxEvent event) {
    return switch (event) {
      case SandboxEvent.TimerFired(SandboxTimer timer) ->
          "TimerFired " + timer.name().toLowerCase(Locale.ROOT);
      case SandboxEvent.ReplyBegan e -> "ReplyBegan " + e.kind();
      case SandboxEvent.WorkerBroken e ->
          e.exitMayFollow() ? "WorkerBroken, exit may follow" : "WorkerBroken";
      default -> event.getClass().getSimpleName();
    };
  }

  /** Names the group of rows that a state belongs to: what the sandbox does. */
  static String groupOf(String row) {
    return row.split(", ", 2)[0];
  }

  /** Says what changes and what is done. */
  static String outcomeOf(SandboxState before, Transition transition, SandboxConfig config) {
    String effects =
        transition.effects().stream().map(SandboxMatrix::nameOf).collect(Collectors.joining(", "));
    String change = changeOf(rowOf(before, config), rowOf(transition.next(), config));
    return change.isEmpty() || effects.isEmpty() ? change + effects : change + ": " + effects;
  }

  private static String changeOf(String from, String to) {
    List<String> before = new ArrayList<>(List.of(from.split(", ")));
    List<String> after = new ArrayList<>(List.of(to.split(", ")));
    if (!before.getFirst().equals(after.getFirst())) {
      String rest = String.join(", ", after.subList(1, after.size()));
      return "→ **" + after.getFirst() + "**" + (rest.isEmpty() ? "" : " (" + rest + ")");
    }
    List<String> gone = new ArrayList<>(before);
    after.forEach(gone::remove);
    List<String> come = new ArrayList<>(after);
    before.forEach(come::remove);
    List<String> changes = new ArrayList<>();
    gone.forEach(word -> changes.add("−" + word));
    come.forEach(word -> changes.add("+" + word));
    return String.join(" ", changes);
  }

  private static String nameOf(Effect effect) {
    return switch (effect) {
      case Effect.Refuse(var call, Refusal.NotAllowed(var from, var to)) ->
          "refuse " + from + " to " + to;
      case Effect.Refuse(var call, var refusal) -> "refuse " + refusal.getClass().getSimpleName();
      case Effect.Complete(var invocation, var outcome) ->
          "complete " + outcome.getClass().getSimpleName();
      case Effect.Emit(var event) -> "emit " + event.getClass().getSimpleName();
      case Effect.ArmTimer(var timer, var at) -> "arm " + timer.name().toLowerCase(Locale.ROOT);
      case Effect.CancelTimer(var timer) -> "cancel " + timer.name().toLowerCase(Locale.ROOT);
      case Effect.StartRuntime e -> "start runtime";
      case Effect.Freeze e -> "freeze";
      case Effect.Thaw e -> "thaw";
      case Effect.SettleTelemetry e -> "settle telemetry";
      case Effect.StopProcesses e -> "stop processes";
      case Effect.Disconnect e -> "disconnect";
      case Effect.FindExtensions e -> "find extensions";
      case Effect.StartExtension e -> "start extension";
      case Effect.TerminateRuntime e -> "terminate runtime";
      case Effect.KillRuntime e -> "kill runtime";
      case Effect.KillExtension e -> "kill extension";
      case Effect.Restored e -> "restored";
      case Effect.AcceptRestoreFailure e -> "accept";
      case Effect.AcceptRegistration e -> "accept";
      case Effect.DeliverInvoke e -> "deliver INVOKE";
      case Effect.DeliverShutdown e -> "deliver SHUTDOWN";
      case Effect.AcceptExtensionError e -> "accept";
      case Effect.RefuseExtension(var call, var refusal) ->
          "refuse " + refusal.getClass().getSimpleName();
      case Effect.AnswerReset e -> "answer reset";
      case Effect.AnswerRestore e -> "answer restore";
      case Effect.Deliver e -> "deliver";
      case Effect.CancelDelivery e -> "cancel delivery";
      case Effect.ReceiveBody e -> "receive body";
      case Effect.StreamBody e -> "stream body";
      case Effect.AbortReply e -> "abort reply";
      case Effect.AcceptReply e -> "accept";
      case Effect.AcceptInitFailure e -> "accept";
      case Effect.Share e -> "share";
      case Effect.Discard e -> "discard";
      case Effect.BecomeAvailable e -> "available";
      case Effect.AnnounceTermination e -> "terminated";
      case Effect.OpenSubscriptions e -> "open subscriptions";
      case Effect.CloseSubscriptions e -> "close subscriptions";
      case Effect.AdmitSubscriber e -> "admit " + (e.open() ? "in time" : "too late");
      case Effect.FlushSubscribers e -> "flush subscribers";
      case Effect.EndSubscriptions e -> "end subscriptions";
    };
  }

  /**
   * The events that change something in one group of states, each with what it does in which of
   * them.
   */
  static String table(List<String> rows, List<String> columns, Map<Cell, String> cells) {
    StringBuilder table = new StringBuilder("| event | in | what happens |\n|---|---|---|\n");
    for (String column : columns) {
      Map<String, List<Integer>> outcomes = new LinkedHashMap<>();
      for (int i = 0; i < rows.size(); i++) {
        String outcome = cells.getOrDefault(new Cell(rows.get(i), column), IGNORED);
        if (!outcome.equals(IGNORED)) {
          outcomes.computeIfAbsent(outcome, text -> new ArrayList<>()).add(i + 1);
        }
      }
      outcomes.forEach((outcome, states) ->
          table
              .append("| ")
              .append(column)
              .append(" | ")
              .append(states.size() == rows.size() ? "all" : ranges(states))
              .append(" | ")
              .append(outcome)
              .append(" |\n"));
    }
    return table.toString();
  }

  private static String ranges(List<Integer> numbers) {
    List<String> ranges = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= numbers.size(); i++) {
      if (i == numbers.size() || numbers.get(i) != numbers.get(i - 1) + 1) {
        int first = numbers.get(from);
        int last = numbers.get(i - 1);
        ranges.add(first == last ? "" + first : first + (last == first + 1 ? ", " : "–") + last);
        from = i;
      }
    }
    return String.join(", ", ranges);
  }
}
