package dev.rapid.emulator.udf;

import dev.rapid.core.events.EventsApi;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.time.Alarm;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.kapacitor.UdfSandbox;
import dev.rapid.kapacitor.UdfSnapshot;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The sandbox of one use. Its pool is made with the init, and retired when that fails or the use
 * ends: then no process starts again for it.
 */
final class UseSandbox implements UdfSandbox, EventsApi {

  private final UseSandboxes all;
  private final ExposedFunction function;
  private final CompletableFuture<@Nullable String> initialised = new CompletableFuture<>();
  private final NanoClock clock;
  private final Alarm withoutMemory;

  // All guarded by this.
  private @Nullable UsePool pool;
  private boolean begun;
  private boolean closed;

  UseSandbox(UseSandboxes all, ExposedFunction function, Timers timers, NanoClock clock) {
    this.all = all;
    this.function = function;
    this.clock = clock;
    this.withoutMemory =
        new Alarm(
            timers,
            clock,
            () -> failed("There is no memory for another sandbox of the function (total-memory)"));
  }

  @Override
  public FunctionDescription description() {
    return function.description();
  }

  @Override
  public String arn() {
    return function.description().identity().arn();
  }

  // ------------------------------------------------------------------ the init

  @Override
  public CompletableFuture<@Nullable String> initialise() {
    UsePool made = null;
    synchronized (this) {
      if (!begun && !closed) {
        begun = true;
        String refusal = all.admit(this);
        if (refusal == null) {
          made = make();
        } else {
          initialised.complete(refusal);
        }
      }
      if (closed) {
        initialised.complete("The use has ended");
      }
    }
    if (made != null) {
      Duration wait = function.memoryWait();
      if (wait != null) {
        withoutMemory.set(clock.nanoTime() + wait.toNanos());
      }
      made.initialise();
    }
    return initialised.copy();
  }

  private @Nullable UsePool make() {
    try {
      UsePool made = function.newPool(this);
      pool = made;
      return made;
    } catch (RuntimeException e) {
      all.closed(this);
      initialised.complete("Could not make a sandbox: " + e.getMessage());
      return null;
    }
  }

  /** Looks for the end of the first init; later ones belong to the invocations. */
  @Override
  public void emit(LifecycleEvent event) {
    if (initialised.isDone()) {
      return;
    }
    if (event instanceof LifecycleEvent.InitStart) {
      withoutMemory.clear();
    } else if (event instanceof LifecycleEvent.InitReport report) {
      if (report.status() == Status.SUCCESS) {
        initialised.complete(null);
      } else if (!report.isInterrupted()) {
        failed(reasonOf(report));
      }
      // Else the function was renewed, and the sandbox that follows is initialised too.
    }
  }

  private String reasonOf(LifecycleEvent.InitReport report) {
    UsePool its = pool();
    String reported = its == null ? null : its.reportedInitError();
    String type = reported == null || reported.isEmpty() ? report.errorType() : reported;
    String message =
        report.status() == Status.TIMEOUT
            ? "The init of the function took too long"
            : report.message();
    if (message == null) {
      message = "The function could not be initialised";
    }
    return type == null ? message : type + ": " + message;
  }

  private void failed(String reason) {
    initialised.complete(reason);
    end();
  }

  void functionEnds() {
    initialised.complete("The function ends");
    withoutMemory.release();
  }

  // ------------------------------------------------------------------ invocations

  @Override
  public void invoke(Invocation invocation) {
    UsePool its = pool();
    if (its == null) {
      invocation.sink().complete(new Outcome.Rejected(Outcome.Rejection.SHUTTING_DOWN));
      invocation.payload().release();
    } else {
      its.invoke(invocation);
    }
  }

  @Override
  public void cancel(Invocation invocation) {
    UsePool its = pool();
    if (its != null) {
      its.cancel(invocation);
    }
  }

  // ------------------------------------------------------------------ snapshots

  @Override
  public CompletableFuture<UdfSnapshot> snapshot() {
    UdfSnapshot snapshot = function.snapshot();
    return snapshot == null
        ? CompletableFuture.failedFuture(
            new IllegalStateException(
                "The function '" + description().identity().name() + "' has no SnapStart"))
        : CompletableFuture.completedFuture(snapshot);
  }

  @Override
  public CompletableFuture<@Nullable String> restore(UdfSnapshot snapshot) {
    CompletableFuture<@Nullable String> restored = new CompletableFuture<>();
    String refusal = refusalOf(snapshot);
    UsePool its = pool();
    if (refusal != null || its == null) {
      restored.complete(refusal == null ? "The use has no sandbox" : refusal);
    } else {
      its.restore(result ->
          restored.complete(
              result.error() == null ? null : "The restore failed: " + result.error()));
    }
    return restored;
  }

  private @Nullable String refusalOf(UdfSnapshot given) {
    String name = description().identity().name();
    UdfSnapshot own = function.snapshot();
    if (!given.function().equals(name)) {
      return "The snapshot is of the function '" + given.function() + "', not of '" + name + "'";
    }
    if (own == null) {
      return "The function '" + name + "' has no SnapStart";
    }
    if (!given.id().equals(own.id())) {
      return "The function '" + name + "' has no snapshot '" + given.id() + "'";
    }
    return given.digest().equals(own.digest())
        ? null
        : "The function '" + name + "' has changed since the snapshot";
  }

  // ------------------------------------------------------------------ the end

  private synchronized @Nullable UsePool pool() {
    return pool;
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    end();
    initialised.complete("The use has ended");
  }

  private void end() {
    withoutMemory.release();
    all.closed(this);
    UsePool its = pool();
    if (its != null) {
      its.retire();
    }
  }
}
