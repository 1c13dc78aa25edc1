package dev.rapid.core.sandbox;

import dev.rapid.core.events.InitPhase;
import dev.rapid.core.time.Deadline;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a sandbox is in its life. */
public sealed interface Phase {

  /** The names that {@link #activity} returns, in the order of a sandbox's life. */
  List<String> ACTIVITIES =
      List.of(
          "Cold",
          "Initializing",
          "Restoring",
          "Ready",
          "Invoking",
          "Finishing",
          "Failed",
          "Resetting",
          "ShuttingDown",
          "Terminated");

  /** Nothing runs. The next invocation, or a request to initialise, starts the runtime. */
  record Cold() implements Phase {}

  /**
   * The extensions and then the runtime are being started; not all of them have polled yet.
   *
   * @param deadline the end of the init budget, or of the invocation that pays for the init
   * @param waiting the invocations that run when init is done
   * @param runtimeStarted whether all extensions have registered, so that the runtime was started
   * @param failure the end of the runtime, if its report of an init error may still be on the wire
   */
  record Initializing(
      InitPhase initPhase,
      long startedNanos,
      Deadline deadline,
      List<WaitingInvocation> waiting,
      boolean runtimeStarted,
      @Nullable Failure failure)
      implements Phase {

    @Override
    public Initializing with(List<WaitingInvocation> invocations) {
      return new Initializing(
          initPhase, startedNanos, deadline, invocations, runtimeStarted, failure);
    }

    Initializing withRuntimeStarted() {
      return new Initializing(initPhase, startedNanos, deadline, waiting, true, failure);
    }

    Initializing failingWith(Failure why) {
      return new Initializing(initPhase, startedNanos, deadline, waiting, runtimeStarted, why);
    }

    /** Returns since when the duration of an invocation that pays for this init counts. */
    long startOf(WaitingInvocation invocation) {
      Long started = invocation.startedNanos();
      return started == null ? startedNanos : started;
    }
  }

  /**
   * The runtime runs its hook after a restore.
   *
   * @param deadline the end of the hook's budget
   * @param waiting the invocations that run afterwards
   * @param call the request for the restore, null if an invocation is the reason
   * @param delivered whether the runtime's poll was answered
   * @param failure the end of the runtime, if its report of an error may still be on the wire
   * @param failed whether the restore has failed and the runtime may still end by itself
   */
  record Restoring(
      long startedNanos,
      Deadline deadline,
      List<WaitingInvocation> waiting,
      @Nullable RestoreCall call,
      boolean delivered,
      @Nullable Failure failure,
      boolean failed)
      implements Phase {

    static Restoring begun(
        long startedNanos,
        Deadline deadline,
        List<WaitingInvocation> waiting,
        @Nullable RestoreCall call) {
      return new Restoring(startedNanos, deadline, waiting, call, false, null, false);
    }

    @Override
    public Restoring with(List<WaitingInvocation> invocations) {
      return new Restoring(startedNanos, deadline, invocations, call, delivered, failure, failed);
    }

    Restoring within(Deadline budget) {
      return new Restoring(startedNanos, budget, waiting, call, delivered, failure, failed);
    }

    Restoring withDelivered(boolean now) {
      return new Restoring(startedNanos, deadline, waiting, call, now, failure, failed);
    }

    Restoring failingWith(Failure why) {
      return new Restoring(startedNanos, deadline, waiting, call, delivered, why, failed);
    }

    /** The hook failed, and all that waited for it have their answers. */
    Restoring afterHookFailed() {
      return new Restoring(startedNanos, deadline, List.of(), null, delivered, failure, true);
    }
  }

  /**
   * The runtime is initialised: it runs invocations, or waits for one, or for its restore.
   *
   * @param running the invocations that run, the oldest first; at most as many as the capacity
   * @param waiting those that a successor of this runtime has to run, because it has ended
   */
  record Serving(List<RunningInvocation> running, List<WaitingInvocation> waiting)
      implements Phase {

    /** No invocation runs, and none waits. */
    public static final Serving IDLE = new Serving(List.of(), List.of());

    Serving with(RunningInvocation another) {
      return new Serving(longer(running, another), waiting);
    }

    @SuppressWarnings("ReferenceEquality") // Ids may be equal.
    Serving replacing(RunningInvocation was, RunningInvocation is) {
      if (running.size() == 1 && running.getFirst() == was) {
        return new Serving(List.of(is), waiting);
      }
      // No stream: the path of every invocation of a shared runtime.
      RunningInvocation[] all = running.toArray(RunningInvocation[]::new);
      for (int i = 0; i < all.length; i++) {
        if (all[i] == was) {
          all[i] = is;
        }
      }
      return new Serving(List.of(all), waiting);
    }

    @SuppressWarnings("ReferenceEquality") // Ids may be equal.
    Serving without(RunningInvocation one) {
      if (running.size() == 1 && running.getFirst() == one) {
        return new Serving(List.of(), waiting);
      }
      List<RunningInvocation> others = new ArrayList<>(running.size());
      for (RunningInvocation each : running) {
        if (each != one) {
          others.add(each);
        }
      }
      return new Serving(Collections.unmodifiableList(others), waiting);
    }

    Serving waitingToo(WaitingInvocation another) {
      return new Serving(running, longer(waiting, another));
    }

    /** An invocation that has begun is before those that have not. */
    Serving leftToSuccessor(WaitingInvocation begun) {
      List<WaitingInvocation> all = new ArrayList<>(waiting);
      int at = 0;
      while (at < all.size() && all.get(at).announced()) {
        at++;
      }
      all.add(at, begun);
      return new Serving(running, List.copyOf(all));
    }

    @Nullable RunningInvocation first(InvocationStatus status) {
      for (RunningInvocation each : running) {
        if (each.status() == status) {
          return each;
        }
      }
      return null;
    }

    /** Returns whether no invocation runs. */
    public boolean isIdle() {
      return running.isEmpty();
    }

    /** Returns whether extensions work on all that runs, and the runtime on nothing. */
    public boolean isFinishing() {
      // No stream: the shell asks after every event.
      for (RunningInvocation each : running) {
        if (each.status() != InvocationStatus.FINISHING) {
          return false;
        }
      }
      return !running.isEmpty();
    }

    /** Returns whether the runtime has ended and the sandbox reads what it left on the wire. */
    boolean isSettling() {
      for (RunningInvocation each : running) {
        if (each.failure() != null) {
          return true;
        }
      }
      return !waiting.isEmpty();
    }
  }

  /**
   * Something failed while a client of the control API drove the sandbox; it is that client's to
   * reset it (contract lifecycle-and-control, section 3.3).
   */
  record Failed() implements Phase {}

  /**
   * The processes are being ended; then the sandbox is cold again.
   *
   * @param stop how far that has come
   * @param waiting the invocations that pay for the next init
   */
  record Resetting(Stop stop, List<WaitingInvocation> waiting) implements Phase {}

  /**
   * The processes are being ended for good.
   *
   * @param stop how far that has come
   */
  record ShuttingDown(Stop stop) implements Phase {}

  /** Nothing runs and nothing will. */
  record Terminated() implements Phase {}

  /** Returns this phase with other invocations that wait in it. */
  default Phase with(List<WaitingInvocation> waiting) {
    return switch (this) {
      case Initializing p -> p.with(waiting);
      case Restoring p -> p.with(waiting);
      case Serving p -> new Serving(p.running, waiting);
      case Resetting p -> new Resetting(p.stop, waiting);
      case Cold p -> throw new IllegalStateException("No invocation waits in " + p);
      case Failed p -> throw new IllegalStateException("No invocation waits in " + p);
      case ShuttingDown p -> throw new IllegalStateException("No invocation waits in " + p);
      case Terminated p -> throw new IllegalStateException("No invocation waits in " + p);
    };
  }

  /** Returns {@code list} with {@code another} at its end. */
  static <T> List<T> longer(List<T> list, T another) {
    if (list.isEmpty()) {
      return List.of(another);
    }
    List<T> all = new ArrayList<>(list);
    all.add(another);
    return List.copyOf(all);
  }

  /** Returns the name of what the sandbox does, as pages and log lines show it. */
  default String activity() {
    return switch (this) {
      case Cold p -> "Cold";
      case Initializing p -> "Initializing";
      case Restoring p -> "Restoring";
      case Serving p when p.isIdle() -> "Ready";
      case Serving p when p.isFinishing() -> "Finishing";
      case Serving p -> "Invoking";
      case Failed p -> "Failed";
      case Resetting p -> "Resetting";
      case ShuttingDown p -> "ShuttingDown";
      case Terminated p -> "Terminated";
    };
  }

  /** Returns whether invocations run and all callers have their answers. */
  default boolean hasAnsweredAll() {
    List<RunningInvocation> all = running();
    for (RunningInvocation each : all) {
      if (!each.answered()) {
        return false;
      }
    }
    return !all.isEmpty() && waiting().isEmpty();
  }

  /** Returns how far the end of the processes has come, null if they are not being ended. */
  default @Nullable Stop stop() {
    return null;
  }

  /** Returns the invocations that wait in this phase, the oldest first. */
  default List<WaitingInvocation> waiting() {
    return List.of();
  }

  /** Returns the invocations that run in this phase, the oldest first. */
  default List<RunningInvocation> running() {
    return List.of();
  }
}
