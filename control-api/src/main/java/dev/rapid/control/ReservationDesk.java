package dev.rapid.control;

import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.fleet.Fleet;
import dev.rapid.core.invocation.Invocation;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The holder of the sandbox: none, a client with a reservation, or one call of the invoke path. */
final class ReservationDesk {

  private final AtomicReference<@Nullable Reservation> holder = new AtomicReference<>();
  private volatile boolean everReserved;

  /**
   * Reserves the sandbox for a client.
   *
   * @param traceId for direct invocations, null if there is none
   * @return null if it is taken
   */
  @Nullable Reservation reserve(Fleet fleet, @Nullable String traceId) {
    Reservation reservation = take(fleet, traceId, false);
    if (reservation != null) {
      everReserved = true;
    }
    return reservation;
  }

  /**
   * Reserves the sandbox for one invocation.
   *
   * @return null if it is taken
   */
  @Nullable Reservation reserveOnce(Fleet fleet) {
    return take(fleet, null, true);
  }

  private @Nullable Reservation take(Fleet fleet, @Nullable String traceId, boolean oneShot) {
    Fleet.Reservation place = fleet.reserve();
    if (place == null) {
      return null;
    }
    Reservation reservation =
        new Reservation(place, traceId, oneShot, closed -> holder.compareAndSet(closed, null));
    holder.set(reservation);
    return reservation;
  }

  /** Returns the reservation that clients can use, null if there is none. */
  @Nullable Reservation reservation() {
    Reservation current = holder.get();
    return current == null || current.isOneShot() ? null : current;
  }

  /** Returns the holder of the sandbox, null if there is none. */
  @Nullable Reservation holder() {
    return holder.get();
  }

  /** Returns whether a client has ever reserved the sandbox. */
  boolean everReserved() {
    return everReserved;
  }

  /** Returns whether an invocation of the control API runs. */
  boolean isInvoking() {
    Reservation current = holder.get();
    return current != null && current.isInvoking();
  }

  void runtimeDone(LifecycleEvent.RuntimeDone done) {
    Reservation current = holder.get();
    if (current != null && current.runs(done.invocation())) {
      current.runtimeDone(done.spans());
    }
  }

  void reported(LifecycleEvent.Report report) {
    Reservation current = holder.get();
    if (current != null && current.runs(report.invocation())) {
      current.reported(report.status());
    }
  }

  void ended(Invocation invocation) {
    Reservation current = holder.get();
    if (current != null && current.runs(invocation)) {
      current.ended();
    }
  }
}
