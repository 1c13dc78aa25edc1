package dev.rapid.control;

import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.fleet.Fleet;
import dev.rapid.core.invocation.Invocation;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The holder of the sandbox: none, a client with a reservation, or one call of the invoke path. */
final class ReservationDesk {

  private final AtomicReference<@Nullable Reservation> holder = new AtomicReference<>();
  private volatile boolean everReserved;

  /**
   * Reserves the sandbox for a client.
   *
   * @param traceId for direct invocations, null if there is none
   * @param then gets the reservation, null if the sandbox is taken
   */
  void reserve(Fleet fleet, @Nullable String traceId, Consumer<@Nullable Reservation> then) {
    take(
        fleet,
        traceId,
        false,
        reservation -> {
          if (reservation != null) {
            everReserved = true;
          }
          then.accept(reservation);
        });
  }

  /**
   * Reserves the sandbox for one invocation.
   *
   * @param then gets the reservation, null if the sandbox is taken
   */
  void reserveOnce(Fleet fleet, Consumer<@Nullable Reservation> then) {
    take(fleet, null, true, then);
  }

  private void take(
      Fleet fleet,
      @Nullable String traceId,
      boolean oneShot,
      Consumer<@Nullable Reservation> then) {
    fleet.reserve(place -> {
      if (place == null) {
        then.accept(null);
        return;
      }
      Reservation reservation =
          new Reservation(place, traceId, oneShot, closed -> holder.compareAndSet(closed, null));
      holder.set(reservation);
      then.accept(reservation);
    });
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
