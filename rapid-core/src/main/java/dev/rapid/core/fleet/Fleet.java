package dev.rapid.core.fleet;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.sandbox.SandboxState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The sandboxes of one function and the invocations that wait for them, served in order of arrival.
 *
 * <p>Today a function has one sandbox, which takes as many invocations at once as its capacity.
 */
public final class Fleet {

  /** How many invocations may wait before further ones are throttled. */
  public static final int DEFAULT_MAX_WAITING = 10_000;

  private final Sandbox sandbox;
  private final int maxWaiting;
  private final int capacity;

  // All guarded by this.
  private final Queue<Invocation> waiting = new ArrayDeque<>();
  private int running;
  private @Nullable Reservation reservation;
  private boolean closed;

  /**
   * Creates a fleet and its sandbox.
   *
   * @param maxWaiting how many invocations may wait; one more is rejected as throttled
   * @param capacity how many invocations the sandbox takes at once
   * @param sandboxes makes the sandbox
   */
  public Fleet(int maxWaiting, int capacity, SandboxFactory sandboxes) {
    this.maxWaiting = maxWaiting;
    this.capacity = capacity;
    this.sandbox = sandboxes.create(this::ended);
  }

  /** Begins the init of the function's sandbox, unless an invocation has done so. */
  public void initialise() {
    sandbox.post(new SandboxEvent.InitRequested());
  }

  /** Returns the states of all sandboxes at this moment. */
  public List<SandboxState> states() {
    return List.of(sandbox.state());
  }

  /** Returns the sandbox that the next reservation gets. */
  public Sandbox next() {
    return sandbox;
  }

  /** Runs {@code invocation} as soon as a sandbox is free; its sink gets exactly one outcome. */
  public void invoke(Invocation invocation) {
    Outcome.Rejection rejection;
    synchronized (this) {
      if (closed) {
        rejection = Outcome.Rejection.SHUTTING_DOWN;
      } else if (reservation == null && running < capacity) {
        running++;
        rejection = null;
      } else if (waiting.size() < maxWaiting) {
        waiting.add(invocation);
        return;
      } else {
        rejection = Outcome.Rejection.THROTTLED;
      }
    }
    if (rejection == null) {
      sandbox.post(new SandboxEvent.InvokeRequested(invocation));
    } else {
      reject(invocation, rejection);
    }
  }

  /**
   * Takes back an invocation whose caller has gone, if it has not begun. An invocation that runs is
   * not disturbed (contract invoke-api, section 7.1).
   */
  public void callerGone(Invocation invocation) {
    boolean removed;
    synchronized (this) {
      removed = remove(invocation);
    }
    if (removed) {
      reject(invocation, Outcome.Rejection.CALLER_GONE);
    } else {
      sandbox.post(new SandboxEvent.CallerGone(invocation));
    }
  }

  /**
   * Takes the sandbox for one client, who then decides what it runs; callers wait until the
   * reservation is released.
   *
   * @return null if the sandbox is reserved, runs an invocation or is ending
   */
  public synchronized @Nullable Reservation reserve() {
    if (running > 0 || reservation != null || closed) {
      return null;
    }
    reservation = new Reservation();
    return reservation;
  }

  /** A sandbox that one client has for itself. */
  public final class Reservation {

    private Reservation() {}

    /** Returns the sandbox that is reserved. */
    public Sandbox sandbox() {
      return sandbox;
    }

    /**
     * Runs an invocation; its sink gets exactly one outcome. If it is {@link Invocation#reserved},
     * the client enforces its timeout and resets the sandbox after a failure.
     */
    public void invoke(Invocation invocation) {
      sandbox.post(new SandboxEvent.InvokeRequested(invocation));
    }

    /** Gives the sandbox back. Repeated calls do no harm. */
    public void release() {
      @Nullable Invocation next;
      synchronized (Fleet.this) {
        if (!isMine()) {
          return;
        }
        reservation = null;
        next = take();
      }
      // One after the other: an invocation may end before the next one is taken.
      while (next != null) {
        sandbox.post(new SandboxEvent.InvokeRequested(next));
        next = take();
      }
    }

    @SuppressWarnings("ReferenceEquality") // A reservation is equal to itself alone.
    private boolean isMine() {
      return reservation == this;
    }
  }

  /** Returns how many invocations wait for a sandbox. */
  public synchronized int waitingCount() {
    return waiting.size();
  }

  /**
   * Rejects all that wait and ends the sandbox.
   *
   * @return completes when no process of the function is left
   */
  public CompletableFuture<Void> shutDown() {
    List<Invocation> rejected;
    synchronized (this) {
      closed = true;
      rejected = new ArrayList<>(waiting);
      waiting.clear();
    }
    sandbox.post(new SandboxEvent.ShutdownRequested());
    rejected.forEach(invocation -> reject(invocation, Outcome.Rejection.SHUTTING_DOWN));
    return sandbox.terminated();
  }

  /** Takes the next invocation that waits, null if there is none or no room for it. */
  private synchronized @Nullable Invocation take() {
    if (reservation != null || running == capacity || waiting.isEmpty()) {
      return null;
    }
    running++;
    return waiting.remove();
  }

  private void ended(Invocation invocation) {
    invocation.payload().release();
    @Nullable Invocation next;
    synchronized (this) {
      if (reservation != null) {
        return;
      }
      running--;
      next = take();
    }
    if (next != null) {
      sandbox.post(new SandboxEvent.InvokeRequested(next));
    }
  }

  @SuppressWarnings("ReferenceEquality") // Callers choose ids, so that two may be equal.
  private boolean remove(Invocation invocation) {
    for (Iterator<Invocation> i = waiting.iterator(); i.hasNext(); ) {
      if (i.next() == invocation) {
        i.remove();
        return true;
      }
    }
    return false;
  }

  private static void reject(Invocation invocation, Outcome.Rejection rejection) {
    invocation.sink().complete(new Outcome.Rejected(rejection));
    invocation.payload().release();
  }
}
