package dev.rapid.core.sandbox;

import dev.rapid.core.events.InitPhase;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.WorkerState;
import java.util.ArrayList;
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
      case Phase.Cold() -> words.add(state.generation() == 0 ? "Cold" : "Cold again");
      case Phase.Initializing p -> {
        words.add(attached ? "Initializing, attached" : initializing(p.initPhase()));
        words.add(state.worker().name());
        if (!p.runtimeStarted()) {
          words.add("runtime not started");
        }
        if (p.failure() != null) {
          words.add("exited");
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
      }
      case Phase.Serving p when p.isFinishing() -> words.add("Finishing");
      case Phase.Serving p -> {
        words.add(attached ? "Invoking, attached" : "Invoking");
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
      words.add(r.failure().ofRuntime() ? "exited" : "extension exited");
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

  private static String initializing(InitPhase phase) {
    return "Initializing, phase " + phase.wireName();
  }

  static String columnOf(SandboxEvent event) {
    return switch (event) {
      case SandboxEvent.TimerFired(SandboxTimer timer) ->
          "TimerFired " + timer.name().toLowerCase(Locale.ROOT);
      case SandboxEvent.ReplyBegan e -> "ReplyBegan " + e.kind();
      default -> event.getClass().getSimpleName();
    };
  }

  static String outcomeOf(SandboxState before, Transition transition, SandboxConfig config) {
    List<String> effects = transition.effects().stream().map(SandboxMatrix::nameOf).toList();
    String from = rowOf(before, config);
    String to = rowOf(transition.next(), config);
    if (from.equals(to)) {
      return String.join(", ", effects);
    }
    return "→ **" + to + "**" + (effects.isEmpty() ? "" : ": " + String.join(", ", effects));
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

  /** All rows of the table in the order of the page, from a table of how to get there. */
  static String table(List<String> columns, List<String> rows, Map<Cell, String> cells) {
    String head = "| state | " + String.join(" | ", columns) + " |\n";
    String rule = "|---|" + "---|".repeat(columns.size()) + "\n";
    String body =
        rows.stream()
            .map(row ->
                "| **"
                    + row
                    + "** | "
                    + columns.stream()
                        .map(column -> cells.getOrDefault(new Cell(row, column), IGNORED))
                        .collect(Collectors.joining(" | "))
                    + " |\n")
            .collect(Collectors.joining());
    return head + rule + body;
  }
}
