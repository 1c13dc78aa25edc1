package dev.rapid.queue.delivery;

import dev.rapid.core.queue.AttemptResult;
import dev.rapid.queue.AttemptRunner;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Supplier;

/** Runs deliveries that block. */
final class DeliveryThread {

  private static final Logger LOG = System.getLogger(DeliveryThread.class.getName());

  private DeliveryThread() {}

  /** Runs a delivery on a virtual thread. If it throws, which is a bug, it has failed. */
  static void start(Supplier<AttemptResult> delivery, AttemptRunner.Ended ended) {
    Thread.ofVirtual().name("rapid-delivery").start(() -> ended.ended(resultOf(delivery), null));
  }

  private static AttemptResult resultOf(Supplier<AttemptResult> delivery) {
    try {
      return delivery.get();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "A delivery has failed", e);
      return new AttemptResult.Failed(e.toString());
    }
  }
}
