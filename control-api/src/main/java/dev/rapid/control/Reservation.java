package dev.rapid.control;

import dev.rapid.core.events.Span;
import dev.rapid.core.events.Status;
import dev.rapid.core.fleet.Fleet;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.lambda.Identifiers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One client's hold on a sandbox, for one invocation (contract lifecycle-and-control, section
 * 4.5.1).
 *
 * <p>It ends when a client learns that the invocation succeeded, when an init failed, or with a
 * reset. A failed invocation keeps it, so that the client resets the sandbox first.
 */
final class Reservation {

  /** The version of every reservation, fixed by the contract. */
  static final String VERSION = "1";

  /** The answer to a client that wants to invoke. */
  enum Claim {
    /** The invocation may run. */
    GRANTED,
    /** Another invocation runs. */
    ALREADY_INVOKING,
    /** Another invocation has had its reply. */
    ALREADY_REPLIED,
    /** The reservation has ended, or is being ended by a reset. */
    CANCELLED
  }

  /** How a reservation ended, for a client that waits for its end. */
  enum Release {
    /** The invocation succeeded and the sandbox is free. */
    FINISHED,
    /** The invocation failed; the sandbox waits for its reset. */
    FAILED,
    /** A reset has ended the reservation, or another client has learned that it finished. */
    CANCELLED
  }

  /** The client that invokes. Called on any thread; must not block. */
  interface Owner {

    /** The reservation has ended before the invocation had a reply, or after it. */
    void cancelled();

    /** Returns whether a streamed response is being sent to the client. */
    default boolean isStreaming() {
      return false;
    }

    /** The invocation has ended, extensions included. */
    default void ended(Status status) {}
  }

  private enum State {
    RESERVED,
    INVOKING,
    REPLIED,
    DONE,
    FAILED,
    CLOSED
  }

  private final String token = Identifiers.random();
  private final String invokeId = Identifiers.random();
  private final Fleet.Reservation place;
  private final @Nullable String traceId;
  private final boolean oneShot;
  private final Consumer<Reservation> closed;

  private final Queue<Consumer<Release>> waiters = new ArrayDeque<>();
  private State state = State.RESERVED;
  private boolean cancelling;
  private @Nullable Owner owner;
  private @Nullable Invocation invocation;
  private @Nullable Status reported;
  private String responseMode = "";
  private long responseLatencyNanos;
  private boolean streamCut;

  /**
   * Creates a reservation.
   *
   * @param traceId for direct invocations, null if there is none
   * @param oneShot whether it belongs to one call of the invoke path, and no other can use it
   * @param closed called when it has ended, before the sandbox is released
   */
  Reservation(
      Fleet.Reservation place,
      @Nullable String traceId,
      boolean oneShot,
      Consumer<Reservation> closed) {
    this.place = place;
    this.traceId = traceId;
    this.oneShot = oneShot;
    this.closed = closed;
  }

  String token() {
    return token;
  }

  String invokeId() {
    return invokeId;
  }

  @Nullable String traceId() {
    return traceId;
  }

  boolean isOneShot() {
    return oneShot;
  }

  /**
   * Returns the response mode of the invocation: {@code Buffered}, {@code Streaming}, or empty if
   * it has none.
   */
  synchronized String responseMode() {
    return responseMode;
  }

  /** Returns the time to the first byte of a streamed response in nanoseconds; 0 without one. */
  synchronized long responseLatencyNanos() {
    return responseLatencyNanos;
  }

  /** Returns whether a reset has cut a response that was being streamed. */
  synchronized boolean isStreamCut() {
    return streamCut;
  }

  // ------------------------------------------------------------------ the invocation

  /**
   * Asks for the right to invoke.
   *
   * @param mode the response mode of the invocation, empty if it has none
   */
  synchronized Claim claim(Owner client, String mode) {
    if (cancelling) {
      return Claim.CANCELLED;
    }
    return switch (state) {
      case RESERVED -> {
        state = State.INVOKING;
        owner = client;
        responseMode = mode;
        yield Claim.GRANTED;
      }
      case INVOKING -> Claim.ALREADY_INVOKING;
      case REPLIED, DONE, FAILED -> Claim.ALREADY_REPLIED;
      case CLOSED -> Claim.CANCELLED;
    };
  }

  /** Gives the right back: the client has gone before it invoked. */
  synchronized void unclaim() {
    if (state == State.INVOKING && invocation == null) {
      state = State.RESERVED;
      owner = null;
      responseMode = "";
    }
  }

  /**
   * Runs the invocation.
   *
   * @return false if the reservation has ended meanwhile; then nothing happens
   */
  boolean run(Invocation granted) {
    synchronized (this) {
      if (cancelling || state != State.INVOKING) {
        return false;
      }
      invocation = granted;
    }
    place.invoke(granted);
    return true;
  }

  /**
   * Takes note of the outcome.
   *
   * @return false if it comes too late, because a reset ends the reservation
   */
  synchronized boolean replied() {
    if (cancelling || state != State.INVOKING) {
      return false;
    }
    state = State.REPLIED;
    return true;
  }

  @SuppressWarnings("ReferenceEquality") // Clients may choose ids, so that two may be equal.
  synchronized boolean runs(Invocation other) {
    return invocation == other;
  }

  /** Returns whether an invocation runs, from the claim to the end of the extensions. */
  synchronized boolean isInvoking() {
    return state == State.INVOKING || state == State.REPLIED;
  }

  /** Takes the latency of a streamed response from the runtime's spans. */
  synchronized void runtimeDone(List<Span> spans) {
    if (responseMode.equals(DirectInvokeRequest.STREAMING)) {
      for (Span span : spans) {
        if (span.name() == Span.Name.RESPONSE_LATENCY) {
          responseLatencyNanos = span.durationNanos();
        }
      }
    }
  }

  /** Takes the status from the invocation's report. */
  synchronized void reported(Status status) {
    reported = status;
  }

  /** Ends the invocation. One without a report has failed. */
  void ended() {
    Owner client;
    List<Consumer<Release>> waiting;
    Status status;
    synchronized (this) {
      if (cancelling || state == State.CLOSED) {
        return;
      }
      status = reported == null ? Status.FAILURE : reported;
      state = status == Status.SUCCESS ? State.DONE : State.FAILED;
      client = owner;
      waiting = takeWaiters();
    }
    if (client != null) {
      client.ended(status);
    }
    if (status != Status.SUCCESS) {
      waiting.forEach(waiter -> waiter.accept(Release.FAILED));
    } else if (!waiting.isEmpty()) {
      close();
      waiting.getFirst().accept(Release.FINISHED);
      waiting.stream().skip(1).forEach(waiter -> waiter.accept(Release.CANCELLED));
    }
  }

  // ------------------------------------------------------------------ the end

  /**
   * Calls {@code waiter} with the end of the reservation, at once if it is known. Closes the
   * reservation if its invocation has succeeded.
   */
  void await(Consumer<Release> waiter) {
    Release release;
    synchronized (this) {
      boolean open = state != State.DONE && state != State.FAILED && state != State.CLOSED;
      if (open || (cancelling && state != State.CLOSED)) {
        waiters.add(waiter);
        return;
      }
      release =
          switch (state) {
            case DONE -> Release.FINISHED;
            case FAILED -> Release.FAILED;
            case RESERVED, INVOKING, REPLIED, CLOSED -> Release.CANCELLED;
          };
      if (release == Release.FINISHED) {
        state = State.CLOSED;
      }
    }
    if (release == Release.FINISHED) {
      giveBack();
    }
    waiter.accept(release);
  }

  synchronized void forget(Consumer<Release> waiter) {
    waiters.remove(waiter);
  }

  /** Begins a reset: from now on only {@link #close} ends the reservation. */
  synchronized void cancelling() {
    cancelling = true;
    streamCut = owner != null && owner.isStreaming();
  }

  /** Ends the reservation and calls all waiters, but not the client {@code except}. */
  @SuppressWarnings("ReferenceEquality") // A call is equal to itself alone.
  void closeFor(Owner except) {
    synchronized (this) {
      if (owner == except) {
        owner = null;
      }
    }
    close();
  }

  /**
   * Ends the reservation, gives the sandbox back and calls all waiters. Repeated calls do nothing.
   */
  void close() {
    Owner client;
    List<Consumer<Release>> waiting;
    synchronized (this) {
      if (state == State.CLOSED) {
        return;
      }
      state = State.CLOSED;
      client = owner;
      owner = null;
      waiting = takeWaiters();
    }
    giveBack();
    if (client != null) {
      client.cancelled();
    }
    waiting.forEach(waiter -> waiter.accept(Release.CANCELLED));
  }

  private void giveBack() {
    closed.accept(this);
    place.release();
  }

  private List<Consumer<Release>> takeWaiters() {
    List<Consumer<Release>> taken = new ArrayList<>(waiters);
    waiters.clear();
    return taken;
  }
}
