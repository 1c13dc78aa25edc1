package dev.rapid.cli;

import dev.rapid.cli.config.LogLevel;
import dev.rapid.core.events.EventsApi;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.core.extension.Extension;
import dev.rapid.core.extension.ExtensionState;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.telemetry.delivery.SandboxHostName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Logs messages about the function for the user of Rapid, one line each. */
final class Notices {

  private static final Set<String> READY =
      Set.of(ExtensionState.READY.wireName(), ExtensionState.RUNNING.wireName());

  /** The message of an exit with status 0. */
  private static final String NO_REASON = "Runtime exited without providing a reason";

  private static final String IN_BACKGROUND =
      ": its process ended with status 0 before it asked for an event; a bootstrap must not start"
          + " the runtime in the background, but end with exec";

  /** Advice for a debugger session that is longer than the function's timeout. */
  static final String ADVICE_WHILE_DEBUGGING =
      "(use --timeout 0 while you debug: most runtimes exit when a late response is refused)";

  private final Duration initTimeout;
  private final boolean attached;
  private final boolean tellInitFailures;
  private final Supplier<String> hostNameHint;
  private volatile @Nullable String initFailure;
  private volatile boolean silent;

  /**
   * Creates the receiver.
   *
   * @param initTimeout the timeout of the first init
   * @param attached whether the user starts the runtime
   * @param tellInitFailures whether failed inits are logged; otherwise only the last one is kept
   */
  Notices(Duration initTimeout, boolean attached, boolean tellInitFailures) {
    this(initTimeout, attached, tellInitFailures, SandboxHostName::hint);
  }

  Notices(
      Duration initTimeout,
      boolean attached,
      boolean tellInitFailures,
      Supplier<String> hostNameHint) {
    this.initTimeout = initTimeout;
    this.attached = attached;
    this.tellInitFailures = tellInitFailures;
    this.hostNameHint = hostNameHint;
  }

  /** Returns the failure of the last init, null if it succeeded or none has ended. */
  @Nullable String initFailure() {
    return initFailure;
  }

  /** Logs nothing more: the function ends on request. */
  void silence() {
    silent = true;
  }

  /**
   * Returns the receiver of the lifecycle events of one sandbox.
   *
   * @param name what messages call it; empty if there is only one, which needs no name
   */
  EventsApi ofSandbox(String name) {
    return new OfSandbox(name.isEmpty() ? "" : name + ": ");
  }

  /** The events of one sandbox, which come one at a time. */
  private final class OfSandbox implements EventsApi {

    private final String prefix;
    private final List<String> unreadyExtensions = new ArrayList<>();

    OfSandbox(String prefix) {
      this.prefix = prefix;
    }

    @Override
    public void emit(LifecycleEvent event) {
      switch (event) {
        case LifecycleEvent.InitReport e -> initEnded(e);
        case LifecycleEvent.IdleExit(String message) ->
            Log.warn(
                prefix
                    + "between invocations: "
                    + message
                    + "; the next one starts the function again");
        case LifecycleEvent.InitStart e -> unreadyExtensions.clear();
        case LifecycleEvent.InitRuntimeDone e -> {}
        case LifecycleEvent.ExtensionInit e -> {
          if (!READY.contains(e.state())) {
            String reason = e.errorType() == null ? e.state() : e.errorType();
            unreadyExtensions.add(Extension.forPeople(e.name() + " (" + reason + ")"));
          }
        }
        case LifecycleEvent.RestoreStart e -> {}
        case LifecycleEvent.RestoreRuntimeDone e -> {}
        case LifecycleEvent.RestoreReport e -> {}
        case LifecycleEvent.ErrorDetails(Invocation invocation, String cause) ->
            Log.log(
                LogLevel.DEBUG, "error cause of " + invocation.requestId() + ": " + cause, null);
        case LifecycleEvent.Start e -> {}
        case LifecycleEvent.Fault e -> {}
        case LifecycleEvent.RuntimeDone e -> {
          if (attached && e.status() == Status.TIMEOUT) {
            Log.warn(prefix + "the invocation timed out " + ADVICE_WHILE_DEBUGGING);
          }
        }
        case LifecycleEvent.End e -> {}
        case LifecycleEvent.Subscription e -> {}
        case LifecycleEvent.ImageErrorLog e -> {}
        case LifecycleEvent.Report e -> {}
      }
    }

    private void initEnded(LifecycleEvent.InitReport e) {
      if (e.status() == Status.SUCCESS) {
        initFailure = null;
        return;
      }
      String failure = describe(e);
      initFailure = failure;
      if (e.isInterrupted()) {
        Log.log(LogLevel.DEBUG, prefix + "init interrupted", null);
      } else if (tellInitFailures && !silent) {
        boolean ofExtension = e.errorType() != null && e.errorType().startsWith("Extension.");
        String hint = ofExtension ? hostNameHint.get() : "";
        Log.error(prefix + "init failed: " + failure + "; the next invocation tries again" + hint);
      }
    }

    private String describe(LifecycleEvent.InitReport e) {
      if (e.status() == Status.TIMEOUT) {
        String unready =
            unreadyExtensions.isEmpty()
                ? "the runtime did not ask for an event"
                : "these extensions did not register and ask for an event: "
                    + String.join(", ", unreadyExtensions);
        return switch (e.phase()) {
          case INIT -> unready + " within " + seconds(initTimeout);
          case INVOKE -> unready + " before the function's timeout";
        };
      }
      String type = e.errorType() == null ? "" : " (" + e.errorType() + ")";
      String message = e.message() == null ? "the runtime failed" : e.message();
      return message + type + (message.equals(NO_REASON) ? IN_BACKGROUND : "");
    }
  }

  private static String seconds(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + " s"
        : duration.toMillis() + " ms";
  }
}
