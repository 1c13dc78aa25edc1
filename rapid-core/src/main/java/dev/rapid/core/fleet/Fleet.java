package dev.rapid.core.fleet;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.sandbox.SandboxState;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
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

  private final Sandbox sandbox;
  private final FleetConfig config;
  private final int maxWaiting;
  private final int capacity;

  // All guarded by this.
  private final Queue<Invocation> waiting = new ArrayDeque<>();
  private final Queue<Invocation> taken = new ArrayDeque<>();
  private boolean handingOver;
  private int running;
  private @Nullable Reservation reservation;
  private boolean closed;

  /**
   * Creates a fleet and its sandbox.
   *
   * @param sandboxes makes the sandboxes
   */
  public Fleet(FleetConfig config, SandboxFactory sandboxes, Timers timers, NanoClock clock) {
    this.config = config;
    this.maxWaiting = config.maxWaiting();
    this.capacity = config.capacity();
    this.sandbox = sandboxes.create(new First());
  }

  private final class First implements Membership {

    @Override
    public int number() {
      return 1;
    }

    @Override
    public boolean provisioned() {
      return config.provisioned() > 0;
    }

    @Override
    public void ended(Invocation invocation) {
      Fleet.this.ended(invocation);
    }

    @Override
    public void entered(Phase phase) {}
  }

  /** Returns the sandboxes at this moment. */
  public synchronized List<Member> members() {
    return List.of(new Member(1, config.provisioned() > 0, running, sandbox));
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
        taken.add(invocation);
        rejection = null;
      } else if (waiting.size() < maxWaiting) {
        waiting.add(invocation);
        return;
      } else {
        rejection = Outcome.Rejection.FUNCTION_BUSY;
      }
    }
    if (rejection == null) {
      handOver();
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
     * Runs an invocation; its sink gets exactly one outcome, also if the reservation is released
     * before. If it is {@link Invocation#reserved}, the client enforces its timeout and resets the
     * sandbox after a failure.
     */
    public void invoke(Invocation invocation) {
      synchronized (Fleet.this) {
        running++;
        taken.add(invocation);
      }
      handOver();
    }

    /**
     * Gives the sandbox back. An invocation that still runs goes on, and counts until it has ended.
     * Repeated calls do no harm.
     */
    public void release() {
      synchronized (Fleet.this) {
        if (!isMine()) {
          return;
        }
        reservation = null;
        take();
      }
      handOver();
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

  /** Takes those that wait while there is room. Guarded by this. */
  private void take() {
    while (reservation == null && running < capacity && !waiting.isEmpty()) {
      running++;
      taken.add(waiting.remove());
    }
  }

  /** Gives what was taken to the sandbox in the order of taking, by one thread at a time. */
  private void handOver() {
    synchronized (this) {
      if (handingOver) {
        return;
      }
      handingOver = true;
    }
    for (Invocation next = nextTaken(); next != null; next = nextTaken()) {
      try {
        sandbox.post(new SandboxEvent.InvokeRequested(next));
      } catch (Error e) {
        synchronized (this) {
          handingOver = false;
        }
        throw e;
      }
    }
  }

  private synchronized @Nullable Invocation nextTaken() {
    Invocation next = taken.poll();
    if (next == null) {
      handingOver = false;
    }
    return next;
  }

  private void ended(Invocation invocation) {
    invocation.payload().release();
    synchronized (this) {
      running--;
      take();
    }
    handOver();
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
