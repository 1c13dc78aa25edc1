package dev.rapid.status;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.extension.Extension;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.RunningInvocation;
import dev.rapid.core.sandbox.SandboxState;
import dev.rapid.core.sandbox.Stop;
import dev.rapid.core.sandbox.WorkerSide;
import dev.rapid.core.time.Deadline;
import dev.rapid.core.time.NanoClock;
import dev.rapid.lambda.RuntimeStates;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The state of a sandbox as text for people ({@code GET /_rapid/state}). */
public final class StatePage {

  private static final double NANOS_PER_SECOND = 1e9;

  private final Supplier<List<SandboxState>> sandboxes;
  private final Supplier<FunctionDescription> function;
  private final IntSupplier waiting;
  private final NanoClock clock;

  /**
   * Creates a page.
   *
   * @param sandboxes the states of the function's sandboxes now
   * @param function the function as it is configured now
   * @param waiting the number of callers that wait for the sandbox
   * @param clock the sandbox's clock
   */
  public StatePage(
      Supplier<List<SandboxState>> sandboxes,
      Supplier<FunctionDescription> function,
      IntSupplier waiting,
      NanoClock clock) {
    this.sandboxes = sandboxes;
    this.function = function;
    this.waiting = waiting;
    this.clock = clock;
  }

  /** Returns the page. */
  byte[] text() {
    StringBuilder page = new StringBuilder();
    line(page, "function", function.get().identity().arn());
    boolean first = true;
    for (SandboxState state : sandboxes.get()) {
      work(page, state);
      if (first) {
        line(page, "waiting", waiting.getAsInt() + " callers");
        first = false;
      }
      extensions(page, state);
    }
    return page.toString().getBytes(StandardCharsets.UTF_8);
  }

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
        + (side.alive() ? "" : ", its process has ended");
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
