package dev.rapid.kapacitor.agent;

import com.google.protobuf.ByteString;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.time.WallClock;
import dev.rapid.kapacitor.UdfExposure;
import dev.rapid.kapacitor.UdfSandbox;
import dev.rapid.kapacitor.UdfSandboxes;
import dev.rapid.kapacitor.UdfSnapshot;
import dev.rapid.kapacitor.json.DeclaredOptions;
import dev.rapid.kapacitor.json.InvalidOptionsException;
import dev.rapid.kapacitor.json.InvalidResultException;
import dev.rapid.kapacitor.json.ResultReader;
import dev.rapid.kapacitor.protocol.InitRequest;
import dev.rapid.kapacitor.protocol.Response;
import dev.rapid.lambda.Identifiers;
import dev.rapid.lambda.TraceHeader;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The function in one connection: its sandbox, from the host's Init on, and what runs in it, one
 * thing at a time (contract kapacitor-udf, section 11). Its methods run on the thread of the
 * conversation's steps, and so does what they are given to call.
 */
final class FunctionUse {

  private static final Logger LOG = System.getLogger(FunctionUse.class.getName());

  private final UdfExposure exposure;
  private final UdfSandboxes sandboxes;
  private final Steps steps;
  private final WallClock wallClock;
  private final DeclaredOptions options;
  private final ResultReader results;

  private @Nullable UdfSandbox sandbox;

  /** Whether the last Init has succeeded. */
  private boolean ready;

  private @Nullable Invocation running;

  /** The last good state that the host got; empty before the first one. */
  private ByteString lastSnapshot = ByteString.EMPTY;

  private boolean closed;

  /** Takes the end of what one invocation, and perhaps its repetitions, got. */
  interface ResultReceiver {

    /** The function returned a result. */
    void succeeded(List<Response> frames);

    /** No attempt succeeded. */
    void failed(FunctionFailure failure);
  }

  /** Creates a use without a sandbox. */
  FunctionUse(UdfExposure exposure, UdfSandboxes sandboxes, Steps steps, WallClock wallClock) {
    this.exposure = exposure;
    this.sandboxes = sandboxes;
    this.steps = steps;
    this.wallClock = wallClock;
    this.options = new DeclaredOptions(exposure.options());
    this.results =
        new ResultReader(exposure.provides(), exposure.schema(), exposure.maxFrameBytes());
  }

  /** Returns whether the last Init has succeeded. */
  boolean isReady() {
    return ready;
  }

  /**
   * Checks the options, and runs the init of the sandbox.
   *
   * @param done gets null, or the reason why it failed
   */
  void init(InitRequest request, Consumer<@Nullable String> done) {
    ready = false;
    try {
      options.check(request.getOptionsList());
    } catch (InvalidOptionsException e) {
      done.accept(e.getMessage());
      return;
    }
    UdfSandbox claimed = sandbox == null ? sandboxes.open() : sandbox;
    sandbox = claimed;
    var unused =
        claimed
            .initialise()
            .whenComplete((reason, failure) ->
                steps.run(() -> {
                  String why = failure == null ? reason : textOf(failure);
                  ready = why == null && !closed;
                  if (why != null) {
                    // The next Init gets another one.
                    sandbox = null;
                    claimed.close();
                  }
                  done.accept(why);
                }));
  }

  // ------------------------------------------------------------------ state

  /** Gives the state of the use to the receiver: empty if there is none. */
  void snapshot(Consumer<ByteString> done) {
    UdfSandbox used = sandbox;
    if (!exposure.snapshotsSandbox() || used == null || !ready) {
      done.accept(ByteString.EMPTY);
      return;
    }
    var unused =
        used.snapshot()
            .whenComplete((taken, failure) ->
                steps.run(() -> {
                  if (failure == null) {
                    lastSnapshot = SnapshotDescriptor.write(taken);
                  } else {
                    LOG.log(
                        Level.WARNING,
                        "There is no snapshot of {0}, the host keeps the last one: {1}",
                        used.description().identity().name(),
                        textOf(failure));
                  }
                  done.accept(lastSnapshot);
                }));
  }

  /**
   * Continues from the state of an earlier use.
   *
   * @param done gets null, or the reason why it failed
   */
  void restore(ByteString bytes, Consumer<@Nullable String> done) {
    UdfSandbox used = sandbox;
    if (used == null || !ready) {
      done.accept("Restore came before an Init that succeeded");
    } else if (bytes.isEmpty()) {
      done.accept(null);
    } else if (!exposure.snapshotsSandbox()) {
      done.accept("The function does not use snapshots");
    } else {
      UdfSnapshot snapshot;
      try {
        snapshot = SnapshotDescriptor.read(bytes, used.description().identity().name());
      } catch (IOException e) {
        done.accept(e.getMessage());
        return;
      }
      var unused =
          used.restore(snapshot)
              .whenComplete((reason, failure) ->
                  steps.run(() -> {
                    String why = failure == null ? reason : textOf(failure);
                    if (why == null) {
                      lastSnapshot = bytes;
                    }
                    done.accept(why);
                  }));
    }
  }

  // ------------------------------------------------------------------ invocations

  /** Runs the invocation of some data. A use that is not ready fails. */
  void invoke(Work.Data data, ResultReceiver receiver) {
    UdfSandbox used = sandbox;
    if (used == null || !ready) {
      receiver.failed(FunctionFailure.violation("data came before an Init that succeeded"));
      return;
    }
    attempt(used, data.event(), 0, receiver);
  }

  private void attempt(UdfSandbox used, Payload event, int retries, ResultReceiver receiver) {
    FunctionDescription function = used.description();
    Attempt attempt = new Attempt();
    event.acquire();
    Invocation invocation =
        new Invocation(
            Identifiers.random(),
            function,
            used.arn(),
            function.identity().version(),
            TraceHeader.complete(null, function.identity(), wallClock.epochMillis()),
            null,
            null,
            event,
            outcome ->
                steps.run(
                    () -> attempt.ended(outcome, used, event, retries, receiver),
                    () -> {
                      release(outcome);
                      event.release();
                    }),
            Invocation.UNLIMITED,
            false);
    running = invocation;
    used.invoke(invocation);
  }

  /** One run of an invocation. */
  private final class Attempt {

    void ended(
        Outcome outcome, UdfSandbox used, Payload event, int retries, ResultReceiver receiver) {
      running = null;
      if (closed) {
        release(outcome);
        event.release();
        return;
      }
      List<Response> frames = List.of();
      FunctionFailure failure = null;
      try {
        if (outcome instanceof Outcome.Returned(Payload result, var contentType)) {
          frames = results.read(result);
        } else {
          failure = FunctionFailure.of(outcome);
        }
      } catch (InvalidResultException e) {
        failure = FunctionFailure.invalidResult(String.valueOf(e.getMessage()));
      } finally {
        release(outcome);
      }
      if (failure == null) {
        event.release();
        receiver.succeeded(frames);
      } else if (failure.endsUse() || retries >= exposure.retries()) {
        event.release();
        receiver.failed(failure);
      } else {
        LOG.log(
            Level.WARNING,
            "An invocation of {0} is repeated after {1}",
            used.description().identity().name(),
            failure.text());
        attempt(used, event, retries + 1, receiver);
      }
    }
  }

  private static void release(Outcome outcome) {
    switch (outcome) {
      case Outcome.Returned(Payload result, var contentType) -> result.release();
      case Outcome.Reported(var type, var reported, Payload error, var contentType) ->
          error.release();
      default -> {}
    }
  }

  private static String textOf(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    String message = cause.getMessage();
    return message == null ? cause.toString() : message;
  }

  /** Cancels what runs, and gives the sandbox up. */
  void close() {
    closed = true;
    ready = false;
    UdfSandbox used = sandbox;
    sandbox = null;
    if (used != null) {
      Invocation invocation = running;
      if (invocation != null) {
        used.cancel(invocation);
      }
      used.close();
    }
  }
}
