package dev.rapid.status;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.extension.Extension;
import dev.rapid.core.fleet.Member;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.function.SandboxIdentity;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.RunningInvocation;
import dev.rapid.core.sandbox.SandboxState;
import dev.rapid.core.sandbox.Stop;
import dev.rapid.core.sandbox.WorkerSide;
import dev.rapid.core.time.Deadline;
import dev.rapid.core.time.NanoClock;
import dev.rapid.lambda.JsonObject;
import dev.rapid.lambda.RuntimeStates;
import dev.rapid.queue.store.EntryState;
import dev.rapid.queue.store.Lanes;
import dev.rapid.status.queue.QueueCounts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The state of all functions and their sandboxes: as text for people, and as JSON for programs
 * ({@code GET /_rapid/state}; docs/telemetry.md describes the JSON).
 */
public final class StatePage {

  private static final double NANOS_PER_SECOND = 1e9;

  private volatile List<WatchedFunction> functions;
  private final NanoClock clock;

  /**
   * Creates a page.
   *
   * @param clock the sandboxes' clock
   */
  public StatePage(List<WatchedFunction> functions, NanoClock clock) {
    this.functions = List.copyOf(functions);
    this.clock = clock;
  }

  /** Shows these functions from now on. */
  void replace(List<WatchedFunction> next) {
    functions = List.copyOf(next);
  }

  /**
   * Returns the page for people.
   *
   * @param queued the queue of asynchronous invocations, null if it is not in use
   */
  byte[] text(QueueCounts.@Nullable Snapshot queued) {
    StringBuilder page = new StringBuilder();
    List<WatchedFunction> shown = functions;
    for (WatchedFunction function : shown) {
      if (!page.isEmpty()) {
        page.append('\n');
      }
      line(page, "function", function.description().get().identity().arn());
      line(page, "async", queued(queued, function.name()));
      List<Shown> members = shown(function);
      boolean several = shown.size() > 1 || members.size() > 1;
      if (several || members.isEmpty()) {
        line(page, "waiting", waiting(function));
      }
      for (Shown member : members) {
        SandboxState state = member.member().sandbox().state();
        if (several) {
          page.append('\n');
          line(page, "name", nameOf(function, member));
        }
        work(page, state);
        if (!several) {
          line(page, "waiting", waiting(function));
        }
        extensions(page, state);
      }
    }
    String failure = queued == null ? null : queued.failure();
    if (failure != null) {
      page.append('\n');
      line(page, "async store", failure);
    }
    return page.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Returns how many events a function has in the queue; empty if it has none. */
  private static String queued(QueueCounts.@Nullable Snapshot queue, String function) {
    if (queue == null) {
      return "";
    }
    String lane = Lanes.ofFunction(function);
    List<String> counts = new ArrayList<>();
    for (EntryState state : EntryState.values()) {
      long entries = queue.entries(lane, state);
      if (entries > 0) {
        counts.add(entries + " " + word(state));
      }
    }
    return String.join(", ", counts);
  }

  private static String word(EntryState state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private static String waiting(WatchedFunction function) {
    return waitingCount(function) + " callers";
  }

  private static int waitingCount(WatchedFunction function) {
    return function.fleets().get().stream().mapToInt(each -> each.fleet().waitingCount()).sum();
  }

  /**
   * A sandbox.
   *
   * @param identity what it is called, null if it has just ended
   */
  private record Shown(Member member, @Nullable SandboxIdentity identity) {}

  private static List<Shown> shown(WatchedFunction function) {
    List<Shown> all = new ArrayList<>();
    for (WatchedFleet fleet : function.fleets().get()) {
      for (Member each : fleet.fleet().members()) {
        all.add(new Shown(each, fleet.sandboxes().apply(each.number())));
      }
    }
    return all;
  }

  private static String nameOf(WatchedFunction function, Shown shown) {
    SandboxIdentity identity = shown.identity();
    return identity == null ? function.name() + "/" + shown.member().number() : identity.name();
  }

  // ------------------------------------------------------------------ for programs

  /**
   * Returns the state as a JSON object.
   *
   * @param queued the queue of asynchronous invocations, null if it is not in use
   */
  byte[] json(QueueCounts.@Nullable Snapshot queued) {
    List<JsonObject> all = new ArrayList<>();
    for (WatchedFunction function : functions) {
      FunctionDescription description = function.description().get();
      List<JsonObject> sandboxes = new ArrayList<>();
      for (Shown each : shown(function)) {
        sandboxes.add(sandbox(function, each));
      }
      JsonObject shown =
          new JsonObject()
              .put("name", description.identity().name())
              .put("arn", description.identity().arn())
              .put("ready", function.readiness().snapshot().ready())
              .put("waiting", waitingCount(function));
      if (queued != null) {
        shown.put("async", async(queued, function.name()));
      }
      all.add(shown.putObjects("sandboxes", sandboxes));
    }
    return new JsonObject().putObjects("functions", all).line();
  }

  private static JsonObject async(QueueCounts.Snapshot queue, String function) {
    JsonObject counts = new JsonObject();
    for (EntryState state : EntryState.values()) {
      counts.put(word(state), queue.entries(Lanes.ofFunction(function), state));
    }
    return counts;
  }

  private JsonObject sandbox(WatchedFunction function, Shown shown) {
    Member member = shown.member();
    SandboxState state = member.sandbox().state();
    SandboxIdentity identity = shown.identity();
    Phase phase = state.phase();
    List<JsonObject> invocations = new ArrayList<>();
    phase
        .running()
        .forEach(
            each -> invocations.add(invocation(each.invocation(), "running", each.answered())));
    phase
        .waiting()
        .forEach(
            each -> invocations.add(invocation(each.invocation(), "waiting", each.answered())));
    List<JsonObject> extensions = new ArrayList<>();
    for (Extension extension : state.extensions()) {
      extensions.add(
          new JsonObject()
              .put("name", extension.name())
              .put("kind", extension.kind().name().toLowerCase(Locale.ROOT))
              .put("state", extension.state().wireName())
              .putStrings("events", extension.events().stream().map(Enum::name).sorted().toList()));
    }
    ErrorType error = state.firstError();
    boolean started = state.side().changedNanos() != null;
    return new JsonObject()
        .put("name", nameOf(function, shown))
        .put("number", member.number())
        .put("logStream", identity == null ? null : identity.logStream())
        .put(
            "initializationType",
            identity == null ? null : identity.initializationType().wireName())
        .put("phase", phase.activity())
        .put("generation", state.generation())
        .put("runtime", started ? RuntimeStates.nameOf(state.side().state()) : null)
        .put("runtimeVersion", state.side().runtime())
        .putObjects("invocations", invocations)
        .putObjects("extensions", extensions)
        .put("firstError", error == null ? null : error.wireName());
  }

  private static JsonObject invocation(Invocation invocation, String state, boolean answered) {
    return new JsonObject()
        .put("requestId", invocation.requestId())
        .put("state", state)
        .put("answered", answered);
  }

  // ------------------------------------------------------------------ for people

  private void work(StringBuilder page, SandboxState state) {
    line(page, "sandbox", course(state.phase()));
    line(page, "", detail(state.phase()));
    line(page, "generation", Integer.toString(state.generation()));
    line(page, "runtime", runtime(state));
    line(page, "invocation", invocation(state.phase()));
  }

  private void extensions(StringBuilder page, SandboxState state) {
    String label = "extensions";
    for (Extension extension : state.extensions()) {
      line(page, label, extension(extension));
      label = "";
    }
    if (state.extensions().isEmpty()) {
      line(page, label, "none");
    }
    ErrorType error = state.firstError();
    line(page, "first error", error == null ? "none" : error.wireName());
  }

  private static void line(StringBuilder page, String label, String text) {
    if (!text.isEmpty()) {
      page.append(String.format(Locale.ROOT, "%-12s %s%n", label, text));
    }
  }

  private static String course(Phase phase) {
    return Phase.ACTIVITIES.stream()
        .map(each -> each.equals(phase.activity()) ? "[" + each + "]" : each)
        .collect(Collectors.joining("  "));
  }

  private String detail(Phase phase) {
    return switch (phase) {
      case Phase.Cold() -> "nothing runs; the next invocation starts the function";
      case Phase.Initializing p ->
          (p.runtimeStarted() ? "the runtime starts" : "the extensions register")
              + since(p.startedNanos())
              + until(p.deadline())
              + (p.waiting().isEmpty() ? "" : ", inside or before an invocation");
      case Phase.Restoring p ->
          "the runtime's hooks run" + since(p.startedNanos()) + until(p.deadline());
      case Phase.Serving p -> serving(p);
      case Phase.Failed() -> "something failed; waits for /test/reset";
      case Phase.Resetting p -> stop(p.stop());
      case Phase.ShuttingDown p -> stop(p.stop());
      case Phase.Terminated() -> "the function has ended";
    };
  }

  private String serving(Phase.Serving p) {
    if (p.isIdle()) {
      return "the runtime waits for an invocation";
    }
    RunningInvocation oldest = p.running().getFirst();
    return p.isFinishing()
        ? "the caller has its answer; extensions still work" + until(oldest.deadline())
        : "the function runs" + since(oldest.timeline().startedNanos()) + until(oldest.deadline());
  }

  private String stop(Stop stop) {
    String stage =
        switch (stop.stage()) {
          case RUNTIME -> "the runtime was asked to end";
          case TELEMETRY -> "subscribers are given the last telemetry";
          case EXTENSIONS -> "extensions have the shutdown event";
          case KILLING -> "what is left is being killed";
          case DISCONNECTING -> "connections are being closed";
        };
    return stage + " (" + stop.reason().wireName() + ")" + since(stop.startedNanos());
  }

  private String runtime(SandboxState state) {
    WorkerSide side = state.side();
    Long changed = side.changedNanos();
    if (changed == null) {
      return "not started";
    }
    return RuntimeStates.nameOf(side.state())
        + since(changed)
        + (side.alive() ? "" : ", its process has ended")
        + (side.runtime() == null ? "" : " (" + side.runtime() + ")");
  }

  private static String invocation(Phase phase) {
    List<String> names = new ArrayList<>();
    phase.running().forEach(each -> names.add(nameOf(each.invocation(), each.answered())));
    phase.waiting().forEach(each -> names.add(nameOf(each.invocation(), each.answered())));
    return names.isEmpty() ? "none" : String.join("; ", names);
  }

  private static String nameOf(Invocation invocation, boolean answered) {
    return invocation.requestId() + (answered ? ", answered" : ", not answered");
  }

  private String extension(Extension extension) {
    String events =
        extension.events().stream().map(Enum::name).sorted().collect(Collectors.joining(", "));
    return Extension.forPeople(extension.name())
        + ": "
        + extension.state().wireName()
        + since(extension.changedNanos())
        + ", "
        + extension.kind().name().toLowerCase(Locale.ROOT)
        + ", events: "
        + (events.isEmpty() ? "none" : events)
        + (extension.isExternal() && !extension.alive() ? ", its process has ended" : "")
        + (extension.errorType().isEmpty()
            ? ""
            : ", error: " + Extension.forPeople(extension.errorType()));
  }

  private String since(long nanos) {
    return " for " + seconds(clock.nanoTime() - nanos);
  }

  private String until(Deadline deadline) {
    return deadline.isNever()
        ? ", without a deadline"
        : ", " + seconds(deadline.nanos() - clock.nanoTime()) + " left";
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.1f s", Math.max(0, nanos) / NANOS_PER_SECOND);
  }
}
