package dev.rapid.core.sandbox;

import dev.rapid.core.worker.WorkerReply;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries that timed out in a runtime that invocations share, the oldest first. The code of
 * such an invocation runs on, and its late reply is answered in a way of its own, once (contract
 * lifecycle-and-control, section 9.7).
 */
public record TimedOutDeliveries(List<TimedOut> all) {

  /** How many are remembered; the oldest is forgotten first. */
  static final int LIMIT = 1000;

  /** Nothing timed out. */
  static final TimedOutDeliveries NONE = new TimedOutDeliveries(List.of());

  /**
   * A delivery that timed out.
   *
   * @param reply the reply that was on its way, null if there was none
   */
  record TimedOut(String requestId, String deliveryId, @Nullable WorkerReply reply) {}

  TimedOutDeliveries with(RunningInvocation late, Delivery delivery) {
    List<TimedOut> longer = new ArrayList<>(all.size() < LIMIT ? all : all.subList(1, all.size()));
    longer.add(
        new TimedOut(late.invocation().requestId(), delivery.slot().deliveryId(), late.reply()));
    return new TimedOutDeliveries(List.copyOf(longer));
  }

  TimedOutDeliveries without(TimedOut one) {
    List<TimedOut> shorter = new ArrayList<>(all);
    shorter.remove(one);
    return new TimedOutDeliveries(List.copyOf(shorter));
  }

  /**
   * Returns the delivery that a late reply belongs to, null if none is remembered.
   *
   * @param deliveryId what the worker says, null if it does not say
   */
  @Nullable TimedOut answeredBy(String requestId, @Nullable String deliveryId) {
    return first(each ->
        each.requestId().equals(requestId)
            && (deliveryId == null || each.deliveryId().equals(deliveryId)));
  }

  /** Returns the delivery whose reply was on its way, null if none is remembered. */
  @SuppressWarnings("ReferenceEquality") // A call is equal to itself alone.
  @Nullable TimedOut replyingWith(WorkerReply reply) {
    return first(each -> each.reply() == reply);
  }

  private @Nullable TimedOut first(Predicate<TimedOut> wanted) {
    for (TimedOut each : all) {
      if (wanted.test(each)) {
        return each;
      }
    }
    return null;
  }
}
